use super::rule::{Check, Report, Rule};
use crate::base::span::{Span, offset};
use crate::model::Record;
use crate::yaml::{Node, Value};

rule! {
    /// A text that claims more than a certificate can say.
    ///
    /// What is certified is a management system, and only to part 1 of ISO/IEC 20000. A product or a service is not
    /// certified by it; parts 2 and up are guidance; ITIL certificates are for people. Texts that customers and auditors
    /// read are looked at: those of the system, the certificate, services, SLAs, contracts, policies and communication.
    /// Sentences that say what is not so are left alone, and so are people who hold an ITIL certificate.
    ///
    /// ```yaml,bad
    /// # sms/service/svc-portal.yaml
    /// kind: service
    /// id: svc-portal
    /// description: Our portal is ISO 20000 certified.
    /// ```
    ///
    /// ```yaml,good
    /// # sms/service/svc-portal.yaml
    /// kind: service
    /// id: svc-portal
    /// description: The portal is run under a service management system certified to ISO/IEC 20000-1.
    /// ```
    ///
    /// Say that the management system is certified to ISO/IEC 20000-1, for the scope of the certificate.
    ClaimWording = "claim-wording", Warning, clauses: ["4.3"], kinds: ["sms", "certification", "service", "sla", "contract", "policy", "communication"];
}

/// What a sentence claims that cannot be.
#[derive(Debug, PartialEq, Eq)]
enum Claim {
    Thing(String),
    Part(String),
    Itil,
}

fn message(record: &Record<'_>, claim: &Claim) -> String {
    let what = match claim {
        Claim::Thing(noun) => format!("a certification of the {noun}, where only a management system can be certified"),
        Claim::Part(part) => {
            format!("a certification to part {part} of ISO/IEC 20000, where only part 1 can be certified to")
        }
        Claim::Itil => "a certification to ITIL, which there is for people only".to_owned(),
    };
    format!("'{}' claims {what}", record.id)
}

const HELP: &str = "say that the management system is certified to ISO/IEC 20000-1, for its scope";

const KINDS: &[&str] = &["sms", "certification", "service", "sla", "contract", "policy", "communication"];

const CERTIFIED: &str = "certified certification certificate certificates";
const THINGS: &str = "app apps application applications device devices hardware platform platforms portal portals \
    product products server servers service services software solution solutions tool tools";
/// Words behind `service` with which it is not the service that is meant.
const OF_SERVICE: &str = "management provider providers organisation organization company unit";
const PEOPLE: &str = "person persons people staff employee employees engineer engineers manager managers agent \
    agents analyst analysts consultant consultants colleague colleagues expert experts personnel trainer trainers \
    everybody who holder holders practitioner practitioners lead";
const DENIALS: &str = "not never no nobody nor cannot without neither nothing isn aren wrong instead";
/// Words between a certificate and its standard.
const BETWEEN: &str = "to against according with under for by in of the standard as after";
const LINKS: &str = "is are was were been being be has have fully now also already both";
const NAMES: &str = "iso iec bs en din";

/// Whether it is worth taking the text apart; most texts are not.
fn speaks_of_a_standard(text: &str) -> bool {
    let bytes = text.as_bytes();
    text.contains("20000") || bytes.windows(4).any(|window| window.eq_ignore_ascii_case(b"itil"))
}

/// A word in lower case with its place in the text.
struct Word {
    text: String,
    at: usize,
    end: usize,
}

/// The sentences of a text as words.
fn sentences(text: &str) -> Vec<Vec<Word>> {
    let (mut sentences, mut words, mut start) = (Vec::new(), Vec::new(), None);
    for (at, letter) in text.char_indices().chain([(text.len(), '\n')]) {
        if letter.is_alphanumeric() {
            start = start.or(Some(at));
            continue;
        }
        if let Some(from) = start.take() {
            words.push(Word { text: text[from..at].to_lowercase(), at: from, end: at });
        }
        let stop = matches!(letter, '.' | '!' | '?' | ';');
        if stop && text[at + 1..].starts_with(char::is_whitespace) || text[at..].starts_with("\n\n") {
            sentences.push(std::mem::take(&mut words));
        }
    }
    sentences.push(words);
    sentences
}

/// The claim of one sentence with the words that make it.
fn claim(words: &[Word]) -> Option<(Claim, usize, usize)> {
    let is = |at: usize, list: &str| words.get(at).is_some_and(|word| list.split(' ').any(|it| it == word.text));
    let any = |list: &str| (0..words.len()).any(|at| is(at, list));
    if any(DENIALS) {
        return None;
    }
    (0..words.len()).filter(|at| is(*at, "20000 itil")).find_map(|at| {
        let itil = words[at].text == "itil";
        let number =
            |at: usize, most: usize| words.get(at).filter(|it| it.text.len() <= most && it.text.parse::<u16>().is_ok());
        let part = number(at + 1, 2).map(|word| word.text.clone());
        let mut end = at + usize::from(part.is_some());
        end += usize::from(number(end + 1, 4).is_some());
        let first = (0..at).rev().take_while(|at| is(*at, NAMES)).last().unwrap_or(at);
        let before = (0..first).rev().find(|at| !is(*at, BETWEEN)).filter(|at| is(*at, CERTIFIED));
        let behind = Some(end + 1).filter(|at| is(*at, CERTIFIED));
        let certified = before.or(behind)?;
        let (from, to) = (first.min(certified), end.max(certified));
        let is_certified = words[certified].text == "certified";
        match part.filter(|_| !itil) {
            Some(part) if part != "1" => {
                let of_bodies = any("accreditation accredited body bodies auditor auditors");
                return (!of_bodies).then_some((Claim::Part(part), from, to));
            }
            _ if !is_certified => return None,
            _ => {}
        }
        if itil {
            return (!any(PEOPLE)).then_some((Claim::Itil, from, to));
        }
        let subject =
            (0..from).rev().find(|at| !is(*at, LINKS)).filter(|subject| before.is_some() || subject + 1 < from);
        let object = (before.is_none() && is(to + 1, THINGS)).then_some(to + 1);
        let thing = object.or(subject).filter(|at| is(*at, THINGS) && !is(at + 1, OF_SERVICE))?;
        Some((Claim::Thing(words[thing].text.clone()), from.min(thing), to.max(thing)))
    })
}

/// All texts of a record, with the places where they stand in the file.
fn texts<'n>(node: &'n Node<'n>, into: &mut Vec<&'n Node<'n>>) {
    let mut open = vec![node];
    while let Some(node) = open.pop() {
        match &node.value {
            Value::Map(_) => open.extend(node.entries().iter().map(|entry| &entry.value)),
            _ if node.as_str().is_some() => into.push(node),
            _ => open.extend(node.items()),
        }
    }
}

impl Rule for ClaimWording {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        for (_, record) in KINDS.iter().flat_map(|kind| cx.sms.of_kind(kind)) {
            let mut nodes = Vec::new();
            texts(&record.root, &mut nodes);
            nodes.sort_by_key(|node| node.start);
            for span in nodes.into_iter().map(|node| node.span(record.file)) {
                let text = cx.sms.snapshot.sources.slice(span);
                if !speaks_of_a_standard(text) {
                    continue;
                }
                for words in sentences(text) {
                    let Some((claim, from, to)) = claim(&words) else { continue };
                    let at = |place: usize| span.start + offset(place);
                    let span = Span::new(span.file, at(words[from].at), at(words[to].end));
                    out.at(record, span, message(record, &claim)).help(HELP);
                }
            }
            let standard = record.get("standard").filter(|_| record.kind.name == "certification");
            if let Some((node, claim)) = standard.and_then(|node| Some((node, standard_of(node.as_str()?)?))) {
                out.at(record, node.span(record.file), message(record, &claim)).help(HELP);
            }
        }
    }
}

/// What is wrong with the standard of a certificate.
fn standard_of(text: &str) -> Option<Claim> {
    let words: Vec<Word> = sentences(text).into_iter().flatten().collect();
    let place = words.iter().position(|word| ["20000", "itil"].contains(&word.text.as_str()))?;
    if words[place].text == "itil" {
        return Some(Claim::Itil);
    }
    let part = words.get(place + 1).filter(|word| word.text.len() <= 2 && word.text != "1")?;
    part.text.parse::<u8>().is_ok().then(|| Claim::Part(part.text.clone()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::check;

    fn claims(text: &str) -> Vec<Claim> {
        sentences(text).iter().filter_map(|words| claim(words)).map(|(claim, ..)| claim).collect()
    }

    #[test]
    fn a_thing_is_not_certified() {
        for (text, noun) in [
            ("Our app is ISO 20000 certified.", "app"),
            ("An ISO/IEC 20000-1:2018-certified product for ports", "product"),
            ("All services are certified according to ISO/IEC 20000-1", "services"),
            ("We sell software certified to the standard ISO 20000.", "software"),
            ("The platform has been fully ISO 20000-1 certified!", "platform"),
        ] {
            assert_eq!(claims(text), [Claim::Thing(noun.to_owned())], "{text}");
        }
    }

    #[test]
    fn other_parts_and_itil_certify_nobody() {
        assert_eq!(claims("We are certified to ISO/IEC 20000-2:2019."), [Claim::Part("2".to_owned())]);
        assert_eq!(claims("A certificate of ISO 20000-10 hangs on the wall"), [Claim::Part("10".to_owned())]);
        assert_eq!(claims("The unit is ITIL-certified; ask for proof"), [Claim::Itil]);
        assert_eq!(claims("We are certified to ITIL 4."), [Claim::Itil]);
    }

    #[test]
    fn what_is_so_and_what_is_said_not_to_be_so_pass() {
        for text in [
            "The service management system is certified to ISO/IEC 20000-1:2018.",
            "An ISO 20000 certified service provider",
            "Our organisation is ISO/IEC 20000-1 certified and runs many services.",
            "A system is certified to ISO 20000-1, never a product.",
            "It is wrong to say that an app is ISO 20000 certified.",
            "The body is accredited for certification by ISO/IEC 20000-6.",
            "Guidance is taken from ISO/IEC 20000-2 and ITIL; see the certificate",
            "Run by ITIL-certified engineers",
            "Each service is described as ISO 20000-1 asks. Certified people run it.",
            "Services under ISO 27001 certified controls in 20000 places",
            "Services of a provider that is certified to ISO 20000-1",
        ] {
            assert_eq!(claims(text), [], "{text}");
        }
    }

    #[test]
    fn the_words_are_marked_where_they_stand_in_the_kinds_that_others_read() {
        check(
            &ClaimWording,
            "
            # sms/service/a.yaml
            kind: service
            id: a
            value_statement: >-
              Our customers trust us. This portal is ISO 20000 certified
            #                              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ a certification of the portal
              by a body of renown.
            outcomes: [Certified to ISO 20000-2]
            #          ^^^^^^^^^^^^^^^^^^^^^^^^ 'a' claims a certification to part 2 of ISO/IEC 20000
            description: \"This tool is ISO/IEC 20000-1 certified\"
            #                  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ 'a' claims a certification of the tool
            # sms/certification/c.yaml
            {kind: certification, id: c, standard: ITIL 4}
            #                                      ^^^^^^ a certification to ITIL, which there is for people only
            # sms/certification/d.yaml
            {kind: certification, id: d, standard: ISO/IEC 20000-1}
            # sms/problem/p.yaml
            {kind: problem, id: p, title: 'The page said: our app is ISO 20000 certified'}
            ",
        );
    }
}
