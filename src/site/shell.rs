//! The frame around every page: templates, menu, stamp and foot.

use std::borrow::Cow;
use std::collections::BTreeMap;

use memchr::memchr_iter;
use rust_embed::RustEmbed;
use serde::Serialize;
use tera::{Context, Kwargs, State, Tera, TeraResult, Value};

use super::board::{attention, coverage, estate, glossary, packs, periods};
use super::links::{Book, Root};
use super::shelf::Area;
use super::stamp::Stamp;
use super::wording::Wording;
use super::{ALL, Input, SiteError};
use crate::base::source::Role;

#[derive(RustEmbed)]
#[folder = "templates/"]
struct Files;

/// Prefix of the templates that gitsm brings; a user's template of the same name wins and may extend them.
const BUILTIN: &str = "builtin/";
/// Where strip and foot of every page lead, by the names that templates use.
const FOOT: [(&str, &str); 12] = [
    ("findings", "findings.html"),
    ("rules", "rules/index.html"),
    ("attention", attention::PAGE),
    ("clauses", coverage::INDEX),
    ("records", "records/index.html"),
    ("calendar", "calendar/index.html"),
    ("map", estate::PAGE),
    ("glossary", glossary::PAGE),
    ("periods", periods::INDEX),
    ("packs", packs::INDEX),
    ("feed_changes", "feeds/changes.atom"),
    ("feed_incidents", "feeds/incidents.atom"),
];
/// The two depths at which pages lie, as example paths.
const DEPTHS: [&str; 2] = ["index.html", "rules/index.html"];

/// Everything that pages share.
pub(super) struct Shell {
    tera: Tera,
    /// Menu by depth and by the address that is marked.
    menus: BTreeMap<(&'static str, String), Value>,
    /// Banner, stamp strip and foot by depth.
    parts: BTreeMap<&'static str, [Value; 3]>,
    symbols: Symbols,
    wording: Wording,
    pub(super) stamp: Stamp,
}

/// One entry of the menu.
#[derive(Serialize)]
struct MenuItem<'a> {
    name: &'a str,
    href: String,
    current: bool,
}

/// What a page says about itself to the frame.
pub(super) struct Head<'a> {
    /// Its path.
    pub(super) path: &'a str,
    /// Its title.
    pub(super) title: Cow<'a, str>,
    /// The address of the menu entry that it belongs to; empty for none.
    pub(super) area: &'a str,
}

impl Shell {
    /// Reads the templates and prepares what all pages share.
    pub(super) fn new(input: &Input<'_>, book: &Book, areas: &[Area]) -> Result<Self, SiteError> {
        let mut tera = engine(input, book)?;
        let stamp = Stamp::new(input);
        let settings = &input.sms.snapshot.settings.site;
        let shared = [
            ("site", &stamp.site),
            ("commit", &stamp.commit),
            ("lang", &settings.language),
            ("tagline", &settings.tagline),
            ("notice", &settings.notice),
        ];
        for (name, text) in shared {
            tera.global_context().insert(name, text);
        }
        tera.global_context().insert("public", &input.edition.is_public());
        tera.global_context().insert("stamp", &value("stamp", &stamp)?);
        let entries = entries(areas);
        let mut menus = BTreeMap::new();
        let mut parts = BTreeMap::new();
        for at in DEPTHS {
            let root = Root::of(at).as_str();
            for marked in entries.iter().map(|(_, address)| *address).chain([""]) {
                let items: Result<Vec<_>, SiteError> = entries
                    .iter()
                    .map(|(name, address)| {
                        Ok(MenuItem { name, href: book.link(at, address)?, current: *address == marked })
                    })
                    .collect();
                let mut context = Context::new();
                context.insert_value("items", value("menu", &items?)?);
                menus.insert((root, marked.to_owned()), piece(&tera, "menu.html", &context)?);
            }
            let mut context = Context::new();
            context.insert("root", root);
            for (name, target) in FOOT {
                // What an edition does not have is not linked to.
                let known = book.has(target).then(|| book.link(at, target)).transpose()?;
                context.insert(name, &known.unwrap_or_default());
            }
            let piece = |template| piece(&tera, template, &context);
            parts.insert(root, [piece("banner.html")?, piece("stamp.html")?, piece("foot.html")?]);
        }
        let icons = tera.render("icons.html", &Context::new()).map_err(|source| failed("icons.html", source))?;
        let wording = Wording::new(&settings.words);
        Ok(Self { tera, menus, parts, symbols: Symbols::new(&icons), wording, stamp })
    }

    /// Renders `template` with `page` inside the frame.
    pub(super) fn render(&self, template: &str, head: &Head<'_>, page: &impl Serialize) -> Result<Vec<u8>, SiteError> {
        let root = Root::of(head.path).as_str();
        let mut context = Context::new();
        context.insert_value("root", Value::safe_string(root));
        context.insert_value("title", Value::normal_string(&head.title));
        context.insert_value("print", Value::normal_string(&self.stamp.print(&head.title)));
        let menu = self.menus.get(&(root, head.area.to_owned())).or_else(|| self.menus.get(&(root, String::new())));
        context.insert_value("menu", menu.cloned().unwrap_or_else(Value::none));
        if let Some([banner, stamp, foot]) = self.parts.get(root) {
            context.insert_value("banner", banner.clone());
            context.insert_value("stamp_strip", stamp.clone());
            context.insert_value("foot", foot.clone());
        }
        context.insert_value("page", value(template, page)?);
        let mut bytes = Vec::with_capacity(32 * 1024);
        self.tera.render_to(template, &context, &mut bytes).map_err(|source| failed(template, source))?;
        self.symbols.close(&mut bytes);
        Ok(self.wording.page(bytes))
    }
}

/// How a page points at something of its own, up to the sign by which it is found: few pages have many of them.
const BEFORE: &[u8] = b"href=\"";
const MARK: u8 = b'#';

/// The symbols that pages may use, in the order in which pages bring them.
struct Symbols {
    /// Each with its place by its name.
    places: BTreeMap<Vec<u8>, usize>,
    texts: Vec<String>,
}

impl Symbols {
    /// Takes them out of a text with one `<symbol id="…">…</symbol>` after the other.
    fn new(text: &str) -> Self {
        let symbols = text.split("<symbol id=\"").skip(1).filter_map(|rest| {
            let (name, _) = rest.split_once('"')?;
            let (inside, _) = rest.split_once("</symbol>")?;
            Some((name.as_bytes().to_vec(), format!("<symbol id=\"{inside}</symbol>\n")))
        });
        let (names, texts): (Vec<_>, Vec<_>) = symbols.unzip();
        Self { places: names.into_iter().zip(0..).collect(), texts }
    }

    /// Ends a page with the symbols that it uses: one that comes from another file would not be shown from a folder.
    fn close(&self, page: &mut Vec<u8>) {
        let names = memchr_iter(MARK, page).filter_map(|found| {
            let rest = page[..found].ends_with(BEFORE).then(|| &page[found + 1..])?;
            rest.iter().position(|byte| *byte == b'"').map(|end| &rest[..end])
        });
        let mut used = vec![false; self.texts.len()];
        for at in names.filter_map(|name| self.places.get(name)) {
            used[*at] = true;
        }
        if used.contains(&true) {
            page.extend_from_slice(b"<svg class=\"vh\" aria-hidden=\"true\">\n");
            for (text, _) in self.texts.iter().zip(used).filter(|(_, used)| *used) {
                page.extend_from_slice(text.as_bytes());
            }
            page.extend_from_slice(b"</svg>\n");
        }
        page.extend_from_slice(b"</body>\n</html>\n");
    }
}

/// The menu: name and address of each entry.
fn entries(areas: &[Area]) -> Vec<(&str, &str)> {
    let mut entries = vec![("Overview", "index.html")];
    entries.extend(areas.iter().map(|area| (area.name.as_str(), area.address.as_str())));
    entries.push((ALL, "records/index.html"));
    entries
}

/// The template engine with the built-in templates and the user's.
fn engine(input: &Input<'_>, book: &Book) -> Result<Tera, SiteError> {
    let mut tera = Tera::new();
    let pages = book.pages();
    // Links that templates make by themselves are checked like all others.
    tera.register_function("link", move |arguments: Kwargs, state: &State<'_>| -> TeraResult<Value> {
        let to = arguments.must_get::<&str>("to")?;
        if !pages.contains(to) {
            return Err(tera::Error::message(format!("there is no page '{to}' to link to")));
        }
        let root = state.get::<String>("root")?.unwrap_or_default();
        Ok(Value::normal_string(&format!("{root}{to}")))
    });
    let mut sources: Vec<(String, Cow<'_, str>)> = Vec::new();
    let mut names: Vec<_> = Files::iter().filter(|name| is_page(name)).collect();
    names.sort();
    for name in names {
        if let Some(file) = Files::get(&name) {
            let text = String::from_utf8_lossy(&file.data).into_owned();
            sources.push((format!("{BUILTIN}{name}"), text.into()));
        }
    }
    for (name, text) in overrides(input).filter(|(name, _)| is_page(name)) {
        sources.push((name.to_owned(), text.into()));
    }
    let prepared = tera.set_fallback_prefixes([BUILTIN]).and_then(|()| tera.add_raw_templates(sources));
    prepared.map_err(|source| failed("templates", source))?;
    Ok(tera)
}

/// Whether a template is one of pages; style sheet and script are copied as they are.
fn is_page(name: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(_, ending)| ending == "html")
}

/// The user's templates: name and text.
fn overrides<'a>(input: &Input<'a>) -> impl Iterator<Item = (&'a str, &'a str)> {
    let snapshot = input.sms.snapshot;
    let templates = snapshot
        .sources
        .iter()
        .filter(|(file, source)| source.role() == Role::Template && !snapshot.unusable.contains(file));
    templates.filter_map(|(_, source)| Some((source.path().strip_prefix("templates/")?, source.text())))
}

/// A fixed file of the site, such as the style sheet; the user's own wins. Colours of the settings stand at the end of the
/// style sheet, for light and dark alike.
pub(super) fn asset(input: &Input<'_>, name: &str) -> Vec<u8> {
    let own = overrides(input).find(|(own, _)| *own == name);
    let mut bytes = own.map_or_else(
        || Files::get(name).map(|file| file.data.into_owned()).unwrap_or_default(),
        |(_, text)| text.as_bytes().to_vec(),
    );
    let settings = &input.sms.snapshot.settings.site;
    if name.rsplit_once('.').is_some_and(|(_, ending)| ending == "js") {
        bytes = Wording::new(&settings.words).script(bytes);
    }
    let colors = &settings.colors;
    if name == "site.css" && !colors.is_empty() {
        let set: String = colors.iter().map(|(name, color)| format!(" --{name}: {color};")).collect();
        bytes.extend_from_slice(format!("@media screen {{ :root, :root[data-theme] {{{set} }} }}\n").as_bytes());
    }
    bytes
}

fn piece(tera: &Tera, template: &str, context: &Context) -> Result<Value, SiteError> {
    let text = tera.render(template, context).map_err(|source| failed(template, source))?;
    Ok(Value::safe_string(text.trim_end()))
}

/// A value as templates read it; several pages can show it without another copy.
pub(super) fn value(what: &str, value: &impl Serialize) -> Result<Value, SiteError> {
    Value::try_from_serializable(value).map_err(|source| failed(what, source))
}

fn failed(template: &str, source: tera::Error) -> SiteError {
    SiteError::Template { template: template.to_owned(), source: Box::new(source) }
}
