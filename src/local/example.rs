//! The examples of a rule, run.

use super::codes;
use super::file::Reader;
use super::judge::{self, Outcome};
use super::rule::LocalRule;
use super::world::{Few, Subject, World};
use crate::base::date::AsOf;
use crate::base::suggest::nearest;
use crate::schema::{Catalog, validate};
use crate::yaml::Node;

/// Most examples of a rule.
const MAX_EXAMPLES: usize = 50;
/// Mistakes of an example's shape that are told; an example need not be a whole record.
const TOLD: [&str; 2] = ["field-unknown", "value-unknown"];

/// Runs the examples of `rule`.
pub(super) fn run(reader: &mut Reader<'_>, rule: &LocalRule, examples: &Node<'_>) {
    let as_of = examples.get("as_of").and_then(Node::as_str).map(AsOf::parse);
    let as_of = match (as_of, examples.get("as_of")) {
        (Some(Ok(as_of)), _) => as_of,
        (Some(Err(words)), Some(node)) => {
            return reader.wrong(node.span(reader.file), words, "write the day like 2026-11-09");
        }
        _ if rule.code.clock => {
            let span = examples.span(reader.file);
            let words = "the rule looks at the clock, but its examples do not say by which day they are judged";
            return reader.wrong(span, words, "add `as_of: DAY` to the examples");
        }
        _ => AsOf::new(jiff::Timestamp::UNIX_EPOCH),
    };
    let list = |key: &str| examples.get(key).map(Node::items).unwrap_or_default();
    let all = list("bad").iter().map(|node| (true, node)).chain(list("good").iter().map(|node| (false, node)));
    for (at, (bad, node)) in all.enumerate() {
        if at >= MAX_EXAMPLES {
            return reader.wrong(
                node.span(reader.file),
                format!("a rule has at most {MAX_EXAMPLES} examples"),
                "keep the telling ones",
            );
        }
        one(reader, rule, as_of, bad, node);
    }
}

fn one(reader: &mut Reader<'_>, rule: &LocalRule, as_of: AsOf, bad: bool, node: &Node<'_>) {
    let alone = std::slice::from_ref(node);
    let records = if node.items().is_empty() { alone } else { node.items() };
    let Some(world) = world(reader, rule, records) else { return };
    let Some(body) = &rule.body else { return };
    let judged: Vec<u32> = rule.code.kinds.iter().flat_map(|kind| world.of_kind(kind)).collect();
    let span = node.span(reader.file);
    let mut tell = |words: String, help: &str| {
        reader.sound = false;
        reader.findings.push(codes::LOCAL_RULE_EXAMPLE.finding(span, words).help(help));
    };
    if judged.is_empty() {
        let words = format!("the example holds no {}, so the rule does not look at it", rule.code.kinds.join(" or "));
        return tell(words, "give it a `kind` that the rule judges");
    }
    let mut whole = Outcome::default();
    for number in judged {
        let outcome = judge::one(rule, body, &world, as_of, number);
        whole.findings.extend(outcome.findings);
        whole.failures.extend(outcome.failures);
    }
    let first = whole.findings.first().map(|finding| finding.message.clone());
    if let Some(failure) = whole.failures.first() {
        let words = format!("the rule cannot judge this example: {}", failure.words);
        let finding = codes::LOCAL_RULE_EXAMPLE.finding(span, words).related(failure.span, "here");
        reader.sound = false;
        reader.findings.push(finding.help("guard the expression with `has(…) &&`, or complete the example"));
    } else if bad && whole.findings.is_empty() {
        tell("the rule finds nothing in this bad example".to_owned(), "correct the rule, or the example");
    } else if let (false, Some(message)) = (bad, first) {
        tell(format!("the rule has a finding in this good example: {message}"), "correct the rule, or the example");
    }
}

/// The records of one example; none when one of them has a mistake, which is then told.
fn world<'e, 'r: 'e>(reader: &mut Reader<'r>, rule: &LocalRule, records: &'e [Node<'e>]) -> Option<Few<'e>> {
    let catalog: &'r Catalog = reader.catalog;
    let mut subjects: Vec<Subject<'e>> = Vec::new();
    for root in records {
        let said = root.get("kind");
        let only = if let [only] = &*rule.code.kinds { Some(&**only) } else { None };
        let name = said.and_then(Node::as_str).or(only).unwrap_or_default();
        let Some(kind) = catalog.find(name) else {
            let near = nearest(name, catalog.iter().map(|kind| kind.name.as_str()));
            let help =
                near.map_or_else(|| "begin it with `kind:`".to_owned(), |near| format!("did you mean `{near}`?"));
            let span = said.unwrap_or(root).span(reader.file);
            reader.wrong(span, "the example does not name a kind that exists", help);
            return None;
        };
        let wrong = validate(kind, reader.file, root).into_iter();
        let wrong: Vec<_> = wrong.filter(|finding| TOLD.contains(&finding.rule)).collect();
        if !wrong.is_empty() {
            reader.sound = false;
            reader.findings.extend(wrong);
            return None;
        }
        let id = root.get("id").and_then(Node::as_str).unwrap_or("example");
        subjects.push(Subject { kind, id, file: reader.file, root });
    }
    Some(Few::new(subjects))
}
