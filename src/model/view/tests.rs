//! Typed reading: what fits is read, and what does not reads as absent.

use jiff::civil::Date;

use super::{At, Cell, Field, Read as _, Ref, View};
use crate::base::date::When;
use crate::base::duration::Duration;
use crate::model::fixture::with;

words! {
    /// Sizes.
    Size {
        /// Little.
        Small = "small",
        /// Much.
        Large = "large",
    }
}

kinds! {
    /// Who or what.
    Someone = ["person", "ci"];
}

view! {
    /// A configuration item as these tests see it.
    Item<'a> of "ci" at "" {
        /// Its size.
        size: Option<Size>,
        /// Who has it.
        holder: Option<Ref<'a, Someone>>,
        /// Its sizes over time.
        sizes: Vec<Size>,
        /// Its parts.
        parts: Vec<Part<'a>>,
        /// Its main part.
        main: Option<Part<'a>>,
    }
}

view! {
    /// A part of it.
    Part<'a> of "ci" at "/parts/*" {
        /// Its name.
        name: Option<&'a str>,
    }
}

/// Calls `then` with the field `v` of a record that has this value there.
fn cell<T>(value: &str, then: impl FnOnce(Cell<'_>) -> T) -> T {
    item(&format!("v: {value}\n"), |item| then(item.0.cell("v")))
}

/// Calls `then` with an item of these lines.
fn item<T>(lines: &str, then: impl FnOnce(Item<'_>) -> T) -> T {
    with(&[("sms/ci/ci-a.yaml", &format!("kind: ci\nid: ci-a\n{lines}"))], |sms| {
        then(sms.all::<Item<'_>>().next().unwrap())
    })
}

#[test]
fn text_that_says_nothing_reads_as_absent() {
    for (value, text) in
        [("x", Some("x")), ("' '", None), ("''", None), ("", None), ("5", None), ("[x]", None), ("'5'", Some("5"))]
    {
        cell(value, |cell| assert_eq!(Option::<&str>::read(cell), text, "{value}"));
    }
}

#[test]
fn numbers_and_truth_are_read_only_where_they_are_written_as_such() {
    cell("5", |cell| assert_eq!(Option::<i64>::read(cell), Some(5)));
    for value in ["5.0", "'5'", "5.5", "true", "[5]", "99999999999999999999"] {
        cell(value, |cell| assert_eq!(Option::<i64>::read(cell), None, "{value}"));
    }
    cell("true", |cell| assert_eq!(Option::<bool>::read(cell), Some(true)));
    cell("'true'", |cell| assert_eq!(Option::<bool>::read(cell), None));
    cell("yes", |cell| assert_eq!(Option::<bool>::read(cell), None));
}

#[test]
fn times_that_cannot_be_read_are_absent() {
    cell("2026-11-09", |cell| {
        assert_eq!(Option::<Date>::read(cell).map(|day| day.to_string()).as_deref(), Some("2026-11-09"));
        assert!(matches!(Option::<When>::read(cell), Some(When::Day(_))));
        assert_eq!(Option::<Duration>::read(cell), None);
    });
    cell("2026-02-30", |cell| assert!(Option::<Date>::read(cell).is_none() && Option::<When>::read(cell).is_none()));
    cell("90d", |cell| assert_eq!(Option::<Duration>::read(cell), Some(Duration::from_days(90))));
    cell("20261109", |cell| assert_eq!(Option::<Date>::read(cell), None));
}

#[test]
fn a_list_keeps_what_can_be_read() {
    cell("[a, 5, ' ', b, [c]]", |cell| assert_eq!(Vec::<&str>::read(cell), ["a", "b"]));
    cell("a", |cell| assert!(Vec::<&str>::read(cell).is_empty(), "a single value is no list"));
    cell("", |cell| assert!(Vec::<&str>::read(cell).is_empty()));
    cell("[a, {b: 1}, ~]", |cell| assert_eq!(Vec::<At<'_>>::read(cell).len(), 3, "places take anything"));
}

#[test]
fn words_read_back_and_strangers_are_absent() {
    item("size: small\nsizes: [large, huge, small, 5]\n", |item| {
        assert_eq!(item.size(), Some(Size::Small));
        assert_eq!(item.sizes(), [Size::Large, Size::Small]);
    });
    item("size: Small\n", |item| assert_eq!(item.size(), None, "case counts"));
    assert_eq!((Size::Small.word(), Size::Large.word()), ("small", "large"));
    assert!(Size::Small < Size::Large, "in the order written");
}

#[test]
fn parts_are_read_where_they_are_mappings() {
    item("parts: [{name: a}, b, {name: 5}]\nmain: text\n", |item| {
        assert_eq!(item.parts().iter().map(|part| part.name()).collect::<Vec<_>>(), [Some("a"), None]);
        assert!(item.main().is_none());
    });
}

#[test]
fn a_reference_knows_its_text_and_its_place() {
    item("holder: 'ann'\n", |item| {
        let holder = item.holder().unwrap();
        assert_eq!((holder.id, format!("{holder:?}").as_str()), ("ann", "ann"));
        assert_eq!((holder.span.start, holder.span.end), (26, 31), "with its quotes");
    });
    item("holder: [ann]\n", |item| assert!(item.holder().is_none()));
}

#[test]
fn a_view_tells_what_it_reads() {
    let told: Vec<_> =
        Item::FIELDS.iter().map(|Field { name, words, kinds }| (*name, words.map(<[_]>::len), kinds.len())).collect();
    assert_eq!(
        told,
        [("size", Some(2), 0), ("holder", None, 2), ("sizes", Some(2), 0), ("parts", None, 0), ("main", None, 0)]
    );
    assert_eq!((Item::KIND, Part::PATH), ("ci", "/parts/*"));
}

#[test]
fn what_is_missing_is_absent_or_blank() {
    item("a: x\nb: ''\nc: []\nd:\ne: 0\n", |item| {
        assert_eq!(item.0.missing(&["a", "b", "c", "d", "e", "f"]), ["b", "c", "d", "f"]);
    });
}

#[test]
fn an_absent_field_stands_at_the_id_of_the_record_or_at_the_part() {
    item("parts: [{name: a}]\nsize: small\n", |item| {
        let part = item.parts()[0];
        assert_eq!(item.0.field_span("nothing"), item.0.record.id_span());
        assert_eq!(part.0.field_span("nothing"), part.0.span());
        assert_eq!(item.0.field_span("parts").start, 18, "the key of a list");
        assert_eq!(item.0.field_span("size").end - item.0.field_span("size").start, 5, "the value itself");
        assert_eq!(format!("{:?}", part.0), "ci-a@26..35");
    });
}
