//! Expressions and rules in tests.

use std::collections::BTreeSet;

use super::Rules;
use super::eval::{Problem, Run};
use super::known::Scope;
use super::lower::{Mistake, STACK, compile};
use super::world::{Few, Subject, World};
use crate::base::date::AsOf;
use crate::base::finding::Finding;
use crate::base::source::{Role, Source, Sources};
use crate::base::span::FileId;
use crate::schema::fields::Step;
use crate::schema::{Kind, catalog};
use crate::yaml::{Parsed, parse};

/// Does `work` with the stack that the parser needs.
pub(super) fn deep<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work).unwrap();
        thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}

/// The instant of tests.
pub(super) fn as_of() -> AsOf {
    AsOf::parse("2026-11-20").unwrap()
}

fn subjects<'p>(parsed: &'p Parsed<'p>, file: FileId) -> Vec<Subject<'p>> {
    let subject = |document: &'p crate::yaml::Document<'p>| {
        let root = &document.root;
        let text = |key| root.get(key).and_then(|node| node.as_str()).unwrap_or_else(|| panic!("no {key}"));
        let kind: &Kind = catalog::shared().find(text("kind")).unwrap();
        Subject { kind, id: text("id"), file, root }
    };
    parsed.documents.iter().map(subject).collect()
}

/// The records of a text of several documents.
pub(super) fn world<T>(text: &str, then: impl FnOnce(&dyn World) -> T) -> T {
    let parsed = parse(FileId(0), text);
    assert!(parsed.findings.is_empty(), "{:#?}", parsed.findings);
    then(&Few::new(subjects(&parsed, FileId(0))))
}

/// The scope of a rule for `kinds`, which judges the items of the field `each` when there is one.
pub(super) fn scope(kinds: &[&str], each: Option<&str>) -> Scope<'static> {
    let catalog = catalog::shared();
    let kinds = kinds.iter().map(|kind| catalog.find(kind).unwrap()).collect();
    Scope { catalog, kinds, each: each.map(|each| vec![Step::Key(each.to_owned())]) }
}

/// The mistakes in an expression about a ci, each as `[marked] words | help`.
pub(super) fn mistakes(text: &str) -> Vec<String> {
    let told = |mistake: &Mistake| {
        let marked = text.get(mistake.start as usize..mistake.end as usize).expect("the place lies in the text");
        format!("[{marked}] {} | {}", mistake.words, mistake.help.as_deref().unwrap_or_default())
    };
    deep(|| match compile(text, &scope(&["ci"], None)) {
        Ok(_) => Vec::new(),
        Err(mistakes) => mistakes.iter().map(told).collect(),
    })
}

/// The value of an expression about the first record of `records`, as it would be shown, or why it has none.
pub(super) fn value_in(records: &str, text: &str) -> Result<String, String> {
    deep(|| {
        let (expr, _) = compile(text, &scope(&["ci"], None)).map_err(|mistakes| format!("{mistakes:?}"))?;
        world(records, |world| {
            let mut run = Run::new(world, as_of(), 0, 100_000);
            let value = run.eval(&expr).map_err(|problem| told(text, &problem))?;
            Ok(value.shown(world))
        })
    })
}

fn told(text: &str, problem: &Problem) -> String {
    let marked = text.get(problem.start as usize..problem.end as usize).expect("the place lies in the text");
    format!("[{marked}] {}{}", problem.words, if problem.limit { " (limit)" } else { "" })
}

/// As [`value_in`], with a record of its own.
pub(super) fn value(text: &str) -> Result<String, String> {
    value_in("kind: ci\nid: ci-a\n", text)
}

/// Reads rule files: what is wrong with them, as `rule [marked] words`.
pub(super) fn wrong(files: &[(&str, &str)]) -> Vec<String> {
    with_rules(files, |sources, _, findings| findings.iter().map(|finding| one(sources, finding)).collect())
}

/// A finding as `rule [marked] words`.
pub(super) fn one(sources: &Sources, finding: &Finding) -> String {
    format!("{} [{}] {}", finding.rule, sources.slice(finding.primary), finding.message)
}

/// Reads rule files and hands them on with their texts and what is wrong with them.
pub(super) fn with_rules<T>(files: &[(&str, &str)], then: impl FnOnce(&Sources, &Rules, &[Finding]) -> T) -> T {
    let files =
        files.iter().map(|(name, text)| Source::new(format!("schemas/local/{name}.rule.yaml"), *text, Role::LocalRule));
    let sources = Sources::new(files.collect());
    let (rules, mut findings) = Rules::read(&sources, &BTreeSet::new(), catalog::shared());
    Finding::sort(&mut findings);
    then(&sources, &rules, &findings)
}

/// What the rule `name` with the lines `text` finds in `records`: `rule [marked] words`, marks in the records or rule.
pub(super) fn judged(name: &str, text: &str, records: &str) -> Vec<String> {
    let rule = Source::new(format!("schemas/local/{name}.rule.yaml"), text, Role::LocalRule);
    let sources = Sources::new(vec![rule, Source::new("sms/records.yaml", records, Role::Record)]);
    let (rules, wrong) = Rules::read(&sources, &BTreeSet::new(), catalog::shared());
    assert!(wrong.is_empty(), "{:?}", wrong.iter().map(|finding| one(&sources, finding)).collect::<Vec<_>>());
    let parsed = parse(FileId(1), records);
    let mut findings = rules.judge(&Few::new(subjects(&parsed, FileId(1))), as_of(), |_| true);
    Finding::sort(&mut findings);
    findings.iter().map(|finding| one(&sources, finding)).collect()
}
