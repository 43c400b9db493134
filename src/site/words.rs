//! The index of all words in records, for searching inside them: script files by the first letters of the words, so that
//! a browser loads only those that it needs, also from a folder.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use foldhash::fast::RandomState;
use rayon::prelude::*;

use crate::base::span::offset;
use crate::model::{Ix, Record, Sms};
use crate::yaml::{Node, Value};

/// Where the files lie.
pub(super) const FOLDER: &str = "search/words/";
/// Words shorter than this are not worth their place.
const SHORTEST: usize = 3;
/// Longer words are cut; nobody types them to the end.
const LONGEST: usize = 24;
/// Most letters of one record that are read.
const MOST: usize = 64 * 1024;
/// Size in bytes from which a file is split by one more letter.
const LARGE: usize = 256 * 1024;
/// Most letters by which words are split.
const DEEPEST: usize = 4;

/// Words with the records that hold them.
type Found<'a> = HashMap<Cow<'a, str>, Vec<u32>, RandomState>;

/// The files: by the letters that their words begin with.
pub(super) type Shards = BTreeMap<String, Vec<u8>>;

/// Most records with other words than before for which it pays to mend the files.
const FEW: usize = 64;

/// The words of `records`, which are numbered as they come.
pub(super) fn shards<'a>(sms: &'a Sms<'_>, records: &[Ix]) -> Shards {
    let numbered: Vec<(u32, &Record<'_>)> =
        records.iter().enumerate().map(|(at, ix)| (offset(at), sms.record(*ix))).collect();
    let parts: Vec<Found<'a>> = numbered
        .par_chunks(2_048)
        .map(|chunk| {
            let mut found = Found::default();
            for (number, record) in chunk {
                collect(record, *number, &mut found);
            }
            found
        })
        .collect();
    let mut words = Found::default();
    for part in parts {
        // Chunks follow one another, so numbers of a word come in order whatever the order of its words.
        let part: Vec<_> = part.into_iter().collect();
        for (word, numbers) in part {
            words.entry(word).or_default().extend(numbers);
        }
    }
    let mut words: Vec<(Cow<'_, str>, Vec<u32>)> = words.into_iter().collect();
    words.sort_unstable_by(|a, b| a.0.cmp(&b.0));
    let lines: Vec<Line<'_>> = words.into_par_iter().map(|(word, numbers)| (word, deltas(&numbers).into())).collect();
    let mut shards = Shards::new();
    split(&lines, 2, &mut shards);
    shards
}

/// A word, and the numbers of the records that hold it.
type Line<'a> = (Cow<'a, str>, Cow<'a, str>);

/// The words of `records` by the files `old` of the same records, of which only `changed` ones may hold other words; none where
/// they are too many, or a file is not as it was made.
pub(super) fn mended(sms: &Sms<'_>, records: &[Ix], old: &[Vec<u8>], changed: &BTreeSet<Ix>) -> Option<Shards> {
    if changed.len() > FEW {
        return None;
    }
    let mut found = Found::default();
    let mut gone = vec![false; records.len()];
    for (at, ix) in records.iter().enumerate().filter(|(_, ix)| changed.contains(ix)) {
        gone[at] = true;
        collect(sms.record(*ix), offset(at), &mut found);
    }
    let mut lines: Vec<Line<'_>> = Vec::new();
    for bytes in old {
        for line in read(bytes)?.split('\n') {
            let (word, steps) = line.split_once('\t')?;
            let mut numbers = numbers(steps)?;
            let is_other = |number: &u32| gone.get(*number as usize) != Some(&false);
            let more = found.remove(word);
            if more.is_none() && !numbers.iter().any(is_other) {
                lines.push((word.into(), steps.into()));
                continue;
            }
            numbers.retain(|number| !is_other(number));
            numbers.extend(more.unwrap_or_default());
            numbers.sort_unstable();
            if !numbers.is_empty() {
                lines.push((word.into(), deltas(&numbers).into()));
            }
        }
    }
    lines.extend(found.into_iter().map(|(word, numbers)| (word, deltas(&numbers).into())));
    lines.sort_unstable_by(|a, b| a.0.cmp(&b.0));
    let mut shards = Shards::new();
    split(&lines, 2, &mut shards);
    Some(shards)
}

/// The lines of a file of words.
fn read(bytes: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(bytes).ok()?.strip_prefix("gitsmWords(")?;
    text.split_once('`')?.1.strip_suffix("`);\n")
}

/// The numbers that [`deltas`] wrote.
fn numbers(steps: &str) -> Option<Vec<u32>> {
    let mut before = 0_u32;
    let step = |step: &str| {
        before = before.checked_add(u32::from_str_radix(step, 36).ok()?)?;
        Some(before)
    };
    steps.split(' ').map(step).collect()
}

/// Puts lines that begin with the same letters into one file, or into several when that would be large.
fn split(lines: &[Line<'_>], letters: usize, shards: &mut Shards) {
    for group in lines.chunk_by(|(a, _), (b, _)| head(a, letters) == head(b, letters)) {
        let size: usize = group.iter().map(|(word, numbers)| word.len() + numbers.len() + 2).sum();
        let key = head(&group[0].0, letters);
        if size > LARGE && letters < DEEPEST && group.iter().any(|(word, _)| word != key) {
            split(group, letters + 1, shards);
            continue;
        }
        let mut text = format!("gitsmWords(\"{key}\",`");
        for (at, (word, numbers)) in group.iter().enumerate() {
            text.push_str(if at > 0 { "\n" } else { "" });
            text.push_str(word);
            text.push('\t');
            text.push_str(numbers);
        }
        text.push_str("`);\n");
        shards.insert(key.to_owned(), text.into_bytes());
    }
}

/// The first letters of a word.
fn head(word: &str, letters: usize) -> &str {
    // No word has more letters than bytes.
    if word.len() <= letters {
        return word;
    }
    word.char_indices().nth(letters).map_or(word, |(at, _)| &word[..at])
}

/// The name of the file of words with these first letters: letters of other alphabets by their numbers.
pub(super) fn file(key: &str) -> String {
    let mut name = String::from(FOLDER);
    for c in key.chars() {
        if c.is_ascii_alphanumeric() {
            name.push(c);
        } else {
            name = format!("{name}_{:x}", u32::from(c));
        }
    }
    name.push_str(".js");
    name
}

/// Numbers as steps from one to the next, in base 36.
fn deltas(numbers: &[u32]) -> String {
    let mut out = String::with_capacity(numbers.len() * 2);
    let mut before = 0;
    for (at, number) in numbers.iter().enumerate() {
        out.push_str(if at > 0 { " " } else { "" });
        base36(number - before, &mut out);
        before = *number;
    }
    out
}

fn base36(mut number: u32, out: &mut String) {
    let mut digits = [0_u8; 7];
    let mut at = digits.len();
    loop {
        at -= 1;
        digits[at] = b"0123456789abcdefghijklmnopqrstuvwxyz"[(number % 36) as usize];
        number /= 36;
        if number == 0 {
            break;
        }
    }
    out.extend(digits[at..].iter().map(|digit| char::from(*digit)));
}

/// Notes the words of all texts of a record.
fn collect<'a>(record: &'a Record<'_>, number: u32, found: &mut Found<'a>) {
    let mut left = MOST;
    let mut open: Vec<&Node<'_>> =
        record.root.entries().iter().filter(|entry| entry.key != "kind").map(|entry| &entry.value).rev().collect();
    while let Some(node) = open.pop() {
        match &node.value {
            Value::Map(entries) => open.extend(entries.iter().map(|entry| &entry.value).rev()),
            Value::Seq(items) => open.extend(items.iter().rev()),
            Value::Str(content) if left > 0 => {
                let (content, _) = super::text::head(content, left);
                left -= content.len();
                for word in content.split(|c: char| !c.is_alphanumeric()) {
                    note(word, number, found);
                }
            }
            _ => {}
        }
    }
}

fn note<'a>(word: &'a str, number: u32, found: &mut Found<'a>) {
    let word = head(word, LONGEST);
    if word.len() < SHORTEST || word.chars().nth(SHORTEST - 1).is_none() {
        return;
    }
    let is_small = word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    let word: Cow<'_, str> = if is_small { word.into() } else { word.to_lowercase().into() };
    let numbers = found.entry(word).or_default();
    if numbers.last() != Some(&number) {
        numbers.push(number);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::fixture::records;
    use crate::site::fixture::{record, site};

    #[test]
    fn numbers_are_steps_in_base_36() {
        assert_eq!(deltas(&[0, 1, 37, 37 + 1_296]), "0 1 10 100");
        assert_eq!(deltas(&[u32::MAX]), "1z141z3");
        assert_eq!(numbers("0 1 10 100"), Some(vec![0, 1, 37, 37 + 1_296]));
        assert_eq!((numbers("1 ö"), numbers("1z141z3 1"), numbers("")), (None, None, None));
    }

    #[test]
    fn large_files_are_split_by_one_more_letter_and_lose_nothing() {
        let long = "1 ".repeat(LARGE / 4);
        let lines: Vec<Line<'_>> =
            ["abc", "abd", "abdx", "ac"].iter().map(|word| ((*word).into(), long.as_str().into())).collect();
        let mut shards = Shards::new();
        split(&lines, 2, &mut shards);
        assert_eq!(
            shards.keys().collect::<Vec<_>>(),
            ["abc", "abd", "abdx", "ac"],
            "each is large by itself or with others"
        );
        let mut shards = Shards::new();
        split(&[("abc".into(), "1".into()), ("abd".into(), "2".into())], 2, &mut shards);
        assert_eq!(shards.keys().collect::<Vec<_>>(), ["ab"]);
    }

    #[test]
    fn files_are_mended_as_if_they_were_made_afresh() {
        let texts = |words: &str| {
            let many: Vec<String> =
                (0..40).map(|at| format!("== ci ci-{at:02}\ntags: [many, n{at}00, {words}]")).collect();
            format!("{}\n== ci ci-99\ntags: [{words}, alone{words}]", many[1..].join("\n"))
        };
        let listed = |sms: &Sms<'_>| -> Vec<Ix> { (0..offset(sms.len())).map(Ix).rev().collect() };
        let first = records(&texts("ledger"), |sms| shards(sms, &listed(sms)));
        let old: Vec<Vec<u8>> = first.values().cloned().collect();
        for (from, to) in [
            ("n700, ledger", "n700, others, öre"),
            ("many, n3900, ledger", "only, n100"),
            ("aloneledger", "ledger"),
            ("n700", "'n700'"),
        ] {
            records(&texts("ledger").replacen(from, to, 1), |sms| {
                let changed: BTreeSet<Ix> =
                    [7, 39, 40].into_iter().filter_map(|at| sms.find(&format!("ci-{at:02}"))).collect();
                let changed: BTreeSet<Ix> = changed.into_iter().chain(sms.find("ci-99")).collect();
                let listed = listed(sms);
                let afresh = shards(sms, &listed);
                assert_eq!(mended(sms, &listed, &old, &changed), Some(afresh.clone()), "{to}");
                assert_eq!(afresh == first, to.contains('\''), "{to}");
                let broken = [b"gitsmWords(\"le\",`ledger`);\n".to_vec()];
                assert_eq!(mended(sms, &listed, &broken, &changed), None);
                assert_eq!(mended(sms, &listed, &old, &(0..100).map(Ix).collect()), None, "too many");
            });
        }
    }

    #[test]
    fn files_of_words_have_safe_names_whatever_the_alphabet() {
        assert_eq!(file("ab"), "search/words/ab.js");
        assert_eq!(file("éß"), "search/words/_e9_df.js");
    }

    #[test]
    fn words_of_every_field_are_found_with_the_records_that_hold_them() {
        let files = [
            record("service", "svc-a", "description: |\n  The Ledger moves. Ö, no; Öresund `x`${1}\n"),
            record("ci", "ci-b", "tags: [ledger, two]\nnotes: {deep: [{deeper: Ledgers}]}\n"),
        ];
        let made = site(&files);
        let words = &made["search/words/le.js"];
        assert_eq!(words, "gitsmWords(\"le\",`ledger\t0 1\nledgers\t1`);\n");
        assert_eq!(made["search/words/_f6r.js"], "gitsmWords(\"ör\",`öresund\t0`);\n");
        assert!(made["search/titles.js"].starts_with("gitsmIndex(`!"), "the index of titles names the files of words");
        assert!(!made.keys().any(|path| path.starts_with("search/words/no")), "short words are left out");
    }
}
