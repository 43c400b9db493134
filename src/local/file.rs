//! One rule file to a rule.

use std::borrow::Cow;
use std::fmt::Write as _;

use super::known::Scope;
use super::lower::Mistake;
use super::message::{Formula, Message};
use super::place::Placed;
use super::rule::{Body, LocalRule};
use super::{codes, example};
use crate::base::clause;
use crate::base::code::{Code, Words};
use crate::base::finding::{Finding, Severity};
use crate::base::name::intern;
use crate::base::source::Source;
use crate::base::span::{FileId, Span};
use crate::base::suggest::nearest;
use crate::schema::fields::Step;
use crate::schema::{Catalog, Kind, validate};
use crate::yaml::{Node, pointer};

const FOLDER: &str = "schemas/local/";
const ENDING: &str = ".rule.yaml";

/// Reads one file.
pub(super) struct Reader<'r> {
    pub(super) file: FileId,
    pub(super) source: &'r Source,
    pub(super) catalog: &'r Catalog,
    /// Whether nothing is wrong so far.
    pub(super) sound: bool,
    pub(super) findings: &'r mut Vec<Finding>,
}

impl<'r> Reader<'r> {
    /// The rule that `root` is; without a body when anything is wrong with it.
    pub(super) fn rule(&mut self, schema: &Kind, root: &Node<'_>) -> Option<LocalRule> {
        let wrong = validate(schema, self.file, root);
        self.sound &= wrong.is_empty();
        self.findings.extend(wrong);
        let (name, name_span) = self.name(root)?;
        let kinds = self.kinds(root);
        let statuses = self.statuses(root, &kinds);
        let clauses = self.clauses(root);
        let severity = root.get("severity").and_then(Node::as_str).and_then(|word| word.parse().ok());
        let body = self.body(root, &kinds, statuses);
        let clock = body.as_ref().is_some_and(looks_at_the_clock);
        let code = Code {
            id: name,
            severity: severity.unwrap_or(Severity::Error),
            clauses,
            kinds: kinds.iter().map(|kind| Cow::Owned(kind.name.clone())).collect::<Vec<_>>().into(),
            clock,
            since: "",
            doc: Cow::Owned(self.page(root)),
        };
        let mut rule = LocalRule { code, file: self.file, name_span, body };
        if let (true, Some(examples)) = (self.sound, root.get("examples")) {
            example::run(self, &rule, examples);
        }
        if !self.sound {
            rule.body = None;
        }
        Some(rule)
    }

    /// Reports a mistake.
    pub(super) fn wrong(&mut self, span: Span, words: impl Into<String>, help: impl Into<String>) {
        self.sound = false;
        self.findings.push(codes::LOCAL_RULE_INVALID.finding(span, words).help(help));
    }

    fn name(&mut self, root: &Node<'_>) -> Option<(&'static str, Span)> {
        let entry = root.entry("rule")?;
        let name = entry.value.as_str().filter(|name| crate::base::id::is_slug(name) && !name.contains(['_', '.']))?;
        let span = entry.value.span(self.file);
        let path = format!("{FOLDER}{name}{ENDING}");
        if self.source.path() != path {
            let words = format!("the rule '{name}' stands in {}", self.source.path());
            self.wrong(
                span,
                words,
                format!("a rule stands in {FOLDER}NAME{ENDING}; move the file to {path}, or change the name"),
            );
        }
        if self.catalog.find(name).is_some() {
            self.wrong(
                span,
                format!("'{name}' is a kind of record already"),
                "give the rule a name that says what it finds",
            );
        }
        Some((intern(name), span))
    }

    fn kinds(&mut self, root: &Node<'_>) -> Vec<&'r Kind> {
        let one = root.get("kind").into_iter();
        let mut kinds: Vec<&Kind> = Vec::new();
        for node in one.chain(root.get("kinds").map(Node::items).unwrap_or_default()) {
            let Some(name) = node.as_str() else { continue };
            if let Some(kind) = self.catalog.find(name) {
                kinds.push(kind);
                continue;
            }
            let near = nearest(name, self.catalog.iter().map(|kind| kind.name.as_str()));
            let help = near
                .map_or_else(|| "`gitsm explain` lists the kinds".to_owned(), |near| format!("did you mean `{near}`?"));
            self.wrong(node.span(self.file), format!("there is no kind '{name}'"), help);
        }
        kinds
    }

    fn statuses(&mut self, root: &Node<'_>, kinds: &[&Kind]) -> Vec<String> {
        let mut statuses = Vec::new();
        for node in root.get("statuses").map(Node::items).unwrap_or_default() {
            let Some(status) = node.as_str() else { continue };
            let known = || kinds.iter().flat_map(|kind| &kind.states).map(|state| state.name.as_str());
            if !kinds.is_empty() && !known().any(|known| known == status) {
                let help = match nearest(status, known()) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("there are {}", known().collect::<Vec<_>>().join(", ")),
                };
                self.wrong(
                    node.span(self.file),
                    format!("no record that the rule judges has the status '{status}'"),
                    help,
                );
            }
            statuses.push(status.to_owned());
        }
        statuses
    }

    fn clauses(&mut self, root: &Node<'_>) -> Words {
        let mut clauses = Vec::new();
        for node in root.get("clauses").map(Node::items).unwrap_or_default() {
            let Some(text) = node.as_str() else { continue };
            let (standard, number) = clause::split(text);
            if let Some(clause) = clause::find(number).filter(|_| standard == "20000-1") {
                clauses.push(Cow::Borrowed(clause.number));
            } else {
                let help = "`gitsm explain` lists rules by clause; write the number alone, in quotes, like '8.5.1'";
                self.wrong(node.span(self.file), format!("ISO/IEC 20000-1:2018 has no clause '{text}'"), help);
            }
        }
        clauses.into()
    }

    fn body(&mut self, root: &Node<'_>, kinds: &[&'r Kind], statuses: Vec<String>) -> Option<Body> {
        let each = self.pointer(root, "each", kinds, &[]);
        let steps = each.as_deref().map(steps).unwrap_or_default();
        let inside: Vec<Step> =
            if each.is_some() { steps.iter().cloned().chain([Step::Item]).collect() } else { Vec::new() };
        let at = self.pointer(root, "at", kinds, &inside);
        let scope = Scope { catalog: self.catalog, kinds: kinds.to_vec(), each: each.is_some().then_some(steps) };
        let placed = |key: &str| root.get(key).map(|node| Placed::new(self.file, self.source.text(), node));
        let (filter, check, message, help) = (placed("where"), placed("check"), placed("message"), placed("help"));
        let filter = filter.map(|text| Formula::new(text, &scope)).transpose();
        let check = check.map(|text| Formula::new(text, &scope)).transpose();
        let message = message.map(|text| Message::new(&text, &scope)).transpose();
        let help = help.map(|text| Message::new(&text, &scope)).transpose();
        let (filter, check) = (self.kept(filter), self.kept(check));
        let (message, help) = (self.kept(message), self.kept(help));
        Some(Body { statuses, filter: filter?, check: check??, each, at, message: message??, help: help? })
    }

    /// What was compiled; else its mistakes are told.
    fn kept<T>(&mut self, compiled: Result<T, (Placed, Vec<Mistake>)>) -> Option<T> {
        match compiled {
            Ok(compiled) => Some(compiled),
            Err((placed, mistakes)) => {
                self.sound = false;
                self.findings.extend(mistakes.into_iter().map(|mistake| {
                    let code = if mistake.limit { &codes::LOCAL_RULE_LIMIT } else { &codes::LOCAL_RULE_EXPRESSION };
                    let finding = code.finding(placed.span(mistake.start, mistake.end), mistake.words);
                    match mistake.help {
                        Some(help) => finding.help(help),
                        None => finding.help("docs/local-rules.md shows what expressions can say"),
                    }
                }));
                None
            }
        }
    }

    /// The JSON pointer that a field or a pointer under `key` means, below `above`.
    fn pointer(&mut self, root: &Node<'_>, key: &str, kinds: &[&Kind], above: &[Step]) -> Option<String> {
        let node = root.get(key)?;
        let text = node.as_str()?;
        let place = if text.starts_with('/') { text.to_owned() } else { format!("/{}", pointer::escape(text)) };
        let mut path = above.to_vec();
        for step in steps(&place) {
            if let Step::Key(name) = &step {
                let known: Vec<_> = kinds.iter().map(|kind| kind.keys(&path)).collect();
                let closed: Option<Vec<_>> = known.into_iter().collect();
                let names: Vec<&str> = closed.into_iter().flatten().flatten().collect();
                if !names.is_empty() && !names.contains(&name.as_str()) && !name.starts_with("x-") {
                    let help = nearest(name, names.iter().copied()).map_or_else(
                        || {
                            format!(
                                "`gitsm explain {}` lists the fields",
                                kinds.first().map_or("KIND", |kind| kind.name.as_str())
                            )
                        },
                        |near| format!("did you mean `{near}`?"),
                    );
                    self.wrong(
                        node.span(self.file),
                        format!("there is no field '{name}' in what the rule judges"),
                        help,
                    );
                    return None;
                }
            }
            path.push(step);
        }
        Some(place)
    }

    /// The page of the rule: its description, its expressions and its examples.
    fn page(&self, root: &Node<'_>) -> String {
        let text = |key: &str| root.get(key).and_then(Node::as_str).map(str::trim).filter(|text| !text.is_empty());
        let mut page = text("description").or(text("message")).unwrap_or_default().to_owned();
        page.push_str("\n\n");
        for (key, words) in [("where", "It judges records for which this is true:"), ("check", "This must be true:")] {
            if let Some(expression) = text(key) {
                let _ = write!(page, "{words}\n\n```cel\n{expression}\n```\n\n");
            }
        }
        for (key, fence) in [("bad", "yaml,bad"), ("good", "yaml,good")] {
            let list = root.get("examples").and_then(|examples| examples.get(key));
            for node in list.map(Node::items).unwrap_or_default() {
                let _ = write!(page, "```{fence}\n{}\n```\n\n", self.excerpt(node));
            }
        }
        let _ = write!(page, "The rule stands in `{}`.", self.source.path());
        page
    }

    /// The text of a node without the indentation that its lines share.
    fn excerpt(&self, node: &Node<'_>) -> String {
        let text = self.source.text();
        let before = text.get(..node.start as usize).unwrap_or_default();
        let column = before.chars().rev().take_while(|c| *c != '\n').count();
        let lines = text.get(node.start as usize..node.end as usize).unwrap_or_default().lines();
        let plain = |line: &str| {
            let indent = line.chars().take(column).take_while(|c| *c == ' ').count();
            line[indent..].trim_end().to_owned()
        };
        lines
            .enumerate()
            .map(|(at, line)| if at == 0 { line.trim_end().to_owned() } else { plain(line) })
            .collect::<Vec<_>>()
            .join("\n")
    }
}

/// Whether a rule can stand in a file of this path.
pub(super) fn is_named(path: &str) -> bool {
    let name = path.strip_prefix(FOLDER).and_then(|name| name.strip_suffix(ENDING));
    name.is_some_and(|name| crate::base::id::is_slug(name) && !name.contains(['_', '.']))
}

/// The steps of a JSON pointer; a number leads to an item.
fn steps(pointer: &str) -> Vec<Step> {
    let step = |part: &str| match part.parse::<u32>() {
        Ok(_) => Step::Item,
        Err(_) => Step::Key(pointer::unescape(part)),
    };
    pointer.split('/').skip(1).map(step).collect()
}

/// Whether findings of a rule depend on the instant.
fn looks_at_the_clock(body: &Body) -> bool {
    let formulas = body.filter.iter().chain([&body.check]).chain(body.message.formulas());
    formulas.chain(body.help.iter().flat_map(Message::formulas)).any(|formula| formula.expr.looks_at_the_clock())
}
