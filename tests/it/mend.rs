//! Mends on the sample with slips in it: each one that is made removes its finding, adds none, and changes nothing but what
//! it says. What the slip was made from is known, so that the mended text can be compared with what had been written.

use std::collections::BTreeMap;

use gitsm::base::finding::Finding;
use gitsm::graph::Graph;
use gitsm::load::{self, Snapshot};
use gitsm::mend::{self, Plan};
use gitsm::model::Sms;
use gitsm::rules::{self, Check, Selection};

use crate::chain::{Dice, as_of, catalog, sample};

/// Kinds of slip, each of which the program offers to mend where it is certain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Slip {
    Key,
    Word,
    Case,
    Score,
    Anchor,
    Clause,
}

const SLIPS: [Slip; 6] = [Slip::Key, Slip::Word, Slip::Case, Slip::Score, Slip::Anchor, Slip::Clause];

/// Swaps two neighbouring letters that differ.
fn swapped(word: &str, dice: &mut Dice) -> Option<String> {
    let mut letters: Vec<char> = word.chars().collect();
    let places: Vec<usize> = (1..letters.len()).filter(|at| letters[*at] != letters[at - 1]).collect();
    let at = *places.get(dice.below(places.len()))?;
    letters.swap(at, at - 1);
    Some(letters.into_iter().collect())
}

/// The line with a slip in it, where it has a place for one.
fn slipped(line: &str, slip: Slip, dice: &mut Dice) -> Option<String> {
    let (key, value) = line.split_once(": ")?;
    let is_word = |text: &str| text.len() >= 5 && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    match slip {
        Slip::Key if is_word(key) => Some(format!("{}: {value}", swapped(key, dice)?)),
        Slip::Word if is_word(value) && key == "status" => Some(format!("{key}: {}", swapped(value, dice)?)),
        Slip::Case if is_word(value) && matches!(key, "status" | "classification" | "criticality") => {
            Some(format!("{key}: {}", value.to_uppercase()))
        }
        // Surveys and reviews have scores too, which nothing computes.
        Slip::Score if line.contains("likelihood: ") => {
            let (before, behind) = line.split_once("score: ")?;
            let end = behind.find(|c: char| !c.is_ascii_digit()).unwrap_or(behind.len());
            let score: u32 = behind[..end].parse().ok()?;
            Some(format!("{before}score: {}{}", score + 100, &behind[end..]))
        }
        Slip::Anchor if is_word(key) && value.starts_with(|c: char| c.is_ascii_alphanumeric()) => {
            Some(format!("{key}: &slip {value}"))
        }
        Slip::Clause if key == "clauses" && value == "[\"9.2\"]" => Some(format!("{key}: [\"4.5.4.2\"]")),
        _ => None,
    }
}

/// The text with a slip in one of its lines.
fn damaged(text: &str, slip: Slip, dice: &mut Dice) -> Option<String> {
    let lines: Vec<&str> = text.split('\n').collect();
    let places: Vec<(usize, String)> =
        lines.iter().enumerate().filter_map(|(at, line)| Some((at, slipped(line, slip, dice)?))).collect();
    let (at, line) = places.get(dice.below(places.len()))?;
    let mut lines: Vec<&str> = lines.clone();
    lines[*at] = line;
    Some(lines.join("\n"))
}

fn snapshot(files: &[(String, String)]) -> Snapshot {
    let files = files.iter().map(|(path, text)| (path.as_str(), text.as_str()));
    load::memory(files, as_of()).expect("the settings are good")
}

fn findings(snapshot: &Snapshot) -> Vec<Finding> {
    let sms = Sms::build(snapshot, catalog());
    rules::run(&Check { sms: &sms, graph: &Graph::build(&sms) }, &Selection::default())
}

/// How often each rule speaks of each place.
fn counted<'f>(findings: impl IntoIterator<Item = &'f Finding>) -> BTreeMap<String, usize> {
    let mut counted = BTreeMap::new();
    for finding in findings {
        let place = format!("{} {:?} {:?} {}", finding.rule, finding.primary.file, finding.subject, finding.pointer);
        *counted.entry(place).or_default() += 1;
    }
    counted
}

/// Complaints about a plan that does not do what it says.
fn broken_promises(snapshot: &Snapshot, before: &[Finding], plan: &Plan) -> Vec<String> {
    let mut broken = Vec::new();
    let mut expected = counted(before);
    for (place, gone) in counted(&plan.made) {
        *expected.entry(place).or_default() -= gone;
    }
    for (place, here) in counted(&findings(&snapshot.with_texts(&plan.texts))) {
        if here > expected.get(&place).copied().unwrap_or(0) {
            broken.push(format!("still or newly there: {place}"));
        }
    }
    for (file, source) in snapshot.sources.iter() {
        let edits = plan.made.iter().filter_map(|made| made.fix.as_ref()).flat_map(|fix| &fix.edits);
        let mut edits: Vec<_> = edits.filter(|edit| edit.span.file == file).collect();
        edits.sort_by_key(|edit| std::cmp::Reverse(edit.span.start));
        let mut text = source.text().to_owned();
        for edit in &edits {
            text.replace_range(edit.span.start as usize..edit.span.end as usize, &edit.text);
        }
        let planned = plan.texts.get(&file);
        if planned.is_some() == edits.is_empty() || planned.is_some_and(|planned| *planned != text) {
            broken.push(format!("changed outside of its edits: {}", source.path()));
        }
    }
    broken
}

#[test]
fn each_mend_removes_its_finding_adds_none_and_changes_nothing_else() {
    let right = sample();
    let (mut slips, mut restored) = (BTreeMap::new(), BTreeMap::new());
    for round in 1..=3 {
        let mut dice = Dice(round * 7919);
        let mut files = right.clone();
        let mut damaged_files = BTreeMap::new();
        for (at, slip) in SLIPS.iter().cycle().take(60).enumerate() {
            // Some slips fit few files, so several are tried.
            let found = (0..60).find_map(|_| {
                let place = dice.below(files.len());
                let (path, text) = &files[place];
                let fits = path.starts_with("sms/") && !damaged_files.contains_key(&place);
                fits.then(|| damaged(text, *slip, &mut dice)).flatten().map(|text| (place, text))
            });
            let Some((place, text)) = found else { continue };
            files[place].1 = if at % 4 == 0 { text.replace('\n', "\r\n") } else { text };
            damaged_files.insert(place, *slip);
        }
        let snapshot = snapshot(&files);
        let before = findings(&snapshot);
        let plan = mend::plan(&snapshot, catalog(), &Selection::default(), &before);
        assert_eq!(broken_promises(&snapshot, &before, &plan), [""; 0], "round {round}");
        for (place, slip) in damaged_files {
            *slips.entry(slip).or_insert(0) += 1;
            let file = snapshot.sources.find(&files[place].0).expect("it was read");
            let mended = plan.texts.get(&file).map(|text| text.replace("\r\n", "\n"));
            *restored.entry(slip).or_insert(0) += usize::from(mended.as_ref() == Some(&right[place].1));
        }
    }
    println!("slips {slips:?}, texts as they had been {restored:?}");
    for slip in SLIPS {
        let (made, back) = (slips.get(&slip).copied().unwrap_or(0), restored.get(&slip).copied().unwrap_or(0));
        assert!(made >= 3 && back * 4 >= made * 3, "{slip:?}: {back} of {made} came back as they had been");
    }
}
