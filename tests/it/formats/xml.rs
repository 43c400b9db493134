//! A small strict reader of XML, written apart from the writer of the program: elements, attributes, text, the five named
//! entities and numbers. What it does not know is an error.

/// An element.
#[derive(Debug, Default)]
pub(super) struct Element {
    pub(super) name: String,
    pub(super) attributes: Vec<(String, String)>,
    pub(super) children: Vec<Element>,
    pub(super) text: String,
}

impl Element {
    /// The value of an attribute.
    #[track_caller]
    pub(super) fn get(&self, name: &str) -> &str {
        let found = self.attributes.iter().find(|(key, _)| key == name);
        found.map_or_else(|| panic!("no {name} in {self:#?}"), |(_, value)| value)
    }
}

/// Reads a document.
pub(super) fn read(text: &str) -> Result<Element, String> {
    let legal = |c: char| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
    if let Some(wrong) = text.chars().find(|c| !legal(*c)) {
        return Err(format!("{wrong:?} is no character of XML"));
    }
    let body = text.strip_prefix("<?xml version=\"1.0\" encoding=\"UTF-8\"?>").ok_or("no declaration")?;
    let mut rest = body.trim_start();
    let root = element(&mut rest)?;
    if rest.trim().is_empty() { Ok(root) } else { Err(format!("after the end: {rest}")) }
}

fn element(rest: &mut &str) -> Result<Element, String> {
    let inside = rest.strip_prefix('<').ok_or_else(|| format!("no element: {rest:.40}"))?;
    let end = inside.find('>').ok_or("an open tag")?;
    let (tag, behind) = (&inside[..end], &inside[end + 1..]);
    *rest = behind;
    let (tag, is_empty) = tag.strip_suffix('/').map_or((tag, false), |tag| (tag, true));
    let (name, mut attributes) = tag.split_once(' ').unwrap_or((tag, ""));
    if name.is_empty() || !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') {
        return Err(format!("'{name}' is no name"));
    }
    let mut element = Element { name: name.to_owned(), ..Element::default() };
    while !attributes.trim().is_empty() {
        let (key, value) = attributes.split_once("=\"").ok_or_else(|| format!("no value: {attributes}"))?;
        let (value, more) = value.split_once('"').ok_or_else(|| format!("an open value: {value}"))?;
        if element.attributes.iter().any(|(other, _)| other == key.trim()) {
            return Err(format!("{key} twice"));
        }
        element.attributes.push((key.trim().to_owned(), unescaped(value)?));
        attributes = more;
    }
    if is_empty {
        return Ok(element);
    }
    loop {
        let at = rest.find('<').ok_or_else(|| format!("{name} does not end"))?;
        element.text.push_str(&unescaped(&rest[..at])?);
        *rest = &rest[at..];
        if let Some(behind) = rest.strip_prefix("</") {
            *rest = behind
                .strip_prefix(name)
                .and_then(|rest| rest.strip_prefix('>'))
                .ok_or(format!("{name} ends wrongly"))?;
            break;
        }
        element.children.push(self::element(rest)?);
    }
    Ok(element)
}

fn unescaped(text: &str) -> Result<String, String> {
    if text.contains("]]>") || text.contains('<') {
        return Err(format!("a bare mark: {text}"));
    }
    let mut out = String::new();
    for (at, part) in text.split('&').enumerate() {
        if at == 0 {
            out.push_str(part);
            continue;
        }
        let (entity, more) = part.split_once(';').ok_or_else(|| format!("a bare &: {text}"))?;
        let number = entity.strip_prefix("#x").map(|hex| u32::from_str_radix(hex, 16));
        let number = number.or_else(|| entity.strip_prefix('#').map(str::parse));
        out.push(match (entity, number) {
            ("amp", _) => '&',
            ("lt", _) => '<',
            ("gt", _) => '>',
            ("quot", _) => '"',
            ("apos", _) => '\'',
            (_, Some(Ok(number))) => char::from_u32(number).ok_or("no character")?,
            _ => return Err(format!("no entity: {entity}")),
        });
        out.push_str(more);
    }
    Ok(out)
}

#[test]
fn what_is_no_xml_is_refused() {
    const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>";
    let good = read(&format!("{HEAD}\n<a x=\"&lt;&#65;\"><b/>t&amp;</a>\n")).unwrap();
    assert_eq!((good.get("x"), good.text.as_str(), good.children[0].name.as_str()), ("<A", "t&", "b"));
    for wrong in [
        "<a>",
        "<a></b>",
        "<a>&</a>",
        "<a>&x;</a>",
        "<a x=\"1\" x=\"2\"/>",
        "<a x=1/>",
        "<a/><b/>",
        "<a>\u{1}</a>",
        "<a>]]></a>",
        "t",
    ] {
        assert!(read(&format!("{HEAD}{wrong}")).is_err(), "{wrong}");
    }
    assert!(read("<a/>").is_err());
}
