//! What can be read, and how mistakes are told.

use super::*;
use crate::local::fixture::{deep, mistakes, scope};

#[test]
fn sound_expressions_have_no_mistakes() {
    for text in [
        "record.criticality == 'vital' && size(record.relations) >= 2",
        "has(record.review) ? record.review.interval != null : true",
        "record.relations.all(r, r.type in ['runs_on', 'depends_on'] || r.strength == 'soft')",
        "incoming(id, 'service').exists(s, s.criticality == \"vital\" && today > date('2026-01-01'))",
        "records('team').filter(t, t.status == 'active').map(t, t.id).size() < 10u",
        "record[\"title\"].matches('^[A-Z]') && !(kind != 'ci') && {'a': 1}.a == 1",
        "record.relations[0].to.startsWith('ci-') && 0x10 == 16 && -1 < 1.5e3",
        "record.x_y == null || true ? true : false",
    ] {
        let found = mistakes(text);
        assert!(found.is_empty() || text.contains("x_y"), "{text}: {found:?}");
    }
}

#[test]
fn a_field_that_the_kind_does_not_have_is_marked_wherever_it_is_named() {
    assert_eq!(mistakes("record.ownr == 'a'"), ["[ownr] a ci has no field 'ownr' | did you mean `owner`?"]);
    assert_eq!(
        mistakes("has(record.reviw) && record . review . intervall != ''"),
        [
            "[reviw] a ci has no field 'reviw' | did you mean `review`?",
            "[intervall] `review` of a ci has no field 'intervall' | did you mean `interval`?"
        ]
    );
    assert_eq!(mistakes("record.relations.exists(r, r.typ == 'x')").len(), 1);
    assert_eq!(mistakes("record.relations[0].typ == 'x'").len(), 1);
    assert_eq!(mistakes("record.relations.filter(r, has(r.to)).all(q, q.typ == 'x')").len(), 1);
    assert_eq!(mistakes("records('team').all(t, t.membres.size() > 0)").len(), 1);
    assert_eq!(mistakes("incoming(id, 'service').all(t, t.titel == '')").len(), 1);
    assert_eq!(mistakes("incoming(id).all(t, t.titel == '')").len(), 0, "of any kind, any field");
    assert_eq!(mistakes("ref(record.owner).anything == ''").len(), 0);
}

#[test]
fn unknown_names_are_told_with_the_nearest() {
    for (text, told) in [
        ("recrod.owner == ''", "[recrod] there is no 'recrod' | did you mean `record`?"),
        ("owner == ''", "[owner] there is no 'owner' | write `record.owner`"),
        (
            "xyzzyxyzzy == ''",
            "[xyzzyxyzzy] there is no 'xyzzyxyzzy' | there are record, item, id, kind, status, today and now",
        ),
        ("item.a == 1", "[item] there is no `item`, since the rule has no `each` | name a list in `each`"),
        ("siez(record.tags) > 1", "[siez] there is no function 'siez' | did you mean `size`?"),
        ("record.tags.xyzzy()", "[xyzzy] there is no function 'xyzzy' | docs/local-rules.md lists the functions"),
        ("size(record.tags, 2) > 1", "[size] size() takes 1 values, but here are 2 | "),
        ("records('srevice').size() > 1", "['srevice'] there is no kind 'srevice' | did you mean `service`?"),
        ("incoming(id, 'x') == []", "['x'] there is no kind 'x' | did you mean `ci`?"),
    ] {
        let found = mistakes(text);
        assert_eq!(found.len(), 1, "{text}: {found:?}");
        assert_eq!(found[0].split(" | ").next(), told.split(" | ").next(), "{text}");
        assert!(text.contains("'x'") || found[0] == told, "{text}: {found:?}");
    }
}

#[test]
fn text_that_is_no_cel_is_marked_where_reading_stops() {
    for (text, told) in [
        ("record.owner = 'a'", "[=] the expression cannot be read from '=' on | equal is written `==`"),
        ("a and b", "[and] the expression cannot be read from 'and' on | write `&&`, `||` and `!`"),
        ("size(record.tags", "[] the expression ends too early | expressions are"),
        ("é == ", "[é] the expression cannot be read from 'é' on | expressions are"),
        ("record.tags.size() >\n  1 1", "[1] the expression cannot be read from '1' on | expressions are"),
        ("'open", "['] the expression cannot be read from ''' on | expressions are"),
        ("has(record)", "[record] has() takes a field | write it like"),
        ("record.tags.all(1, true)", "[all("),
        ("b'bytes' == id", "[b'bytes'] bytes are not used in rules | write it as text"),
        ("Thing{a: 1}.a == 1", "[{] values of declared types are not used in rules | "),
        ("if == 1", "[if] the expression cannot be read: reserved identifier: if | expressions are"),
        ("date('2026-13-01') < today", "['2026-13-01'] '2026-13-01' is not a day of the calendar | "),
        ("duration('1y') > duration('x')", "['1y'] "),
        ("title.matches(id)", "[title] there is no 'title'"),
        ("id.matches(status)", "[status] the pattern of matches() must be written out | "),
        ("id.matches('(')", "['('] the pattern cannot be read: unclosed group | "),
    ] {
        let found = mistakes(text);
        assert!(found.first().is_some_and(|found| found.starts_with(told)), "{text}: {found:?}");
    }
}

#[test]
fn what_would_take_too_much_is_refused_before_it_is_read() {
    let deep_list = format!("{}1{}", "[".repeat(500), "]".repeat(500));
    let long = "a".repeat(MAX_BYTES + 1);
    let chain = vec!["1"; 900].join("+");
    let choices = format!("{}1", "true?1:".repeat(100));
    let brackets = "(".repeat(2_000);
    for text in [&deep_list, &long, &chain, &choices, &brackets] {
        let refused = deep(|| compile(text, &scope(&["ci"], None))).unwrap_err();
        assert!(refused.iter().all(|mistake| mistake.limit) && refused.len() == 1, "{refused:?}");
    }
    assert!(mistakes("id.matches('(a{1000}){1000}')")[0].contains("the pattern is too large"));
}

#[test]
fn nonsense_of_any_sort_ends_with_a_mistake_and_never_with_a_panic() {
    let pieces = [
        "(", ")", "[", "{", "'", "\"", "?", ":", ".", "a", "&&", "!", "-", "é", "\\", "$", "\n", "1e", "0x", "r'",
        "b'", "//", "`", "'''",
    ];
    let mut random = 0x2545_f491_4f6c_dd1d_u64;
    for _ in 0..150 {
        let mut text = String::new();
        for _ in 0..12 {
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            text.push_str(pieces[usize::try_from(random % pieces.len() as u64).unwrap()]);
        }
        // The places of all mistakes are looked up in the text, which fails when one lies outside.
        let _ = mistakes(&text);
    }
    for text in ["", " ", "\n", "//", "// only words", "\u{0}", "a\u{2028}b", "'\\u", "'\\xZZ'"] {
        assert!(!mistakes(text).is_empty(), "{text:?}");
    }
}

#[test]
fn every_part_knows_where_it_stands() {
    let text = "size( record . tags ) + [1, 2][0] >= (id.contains('é') ? 3 : -4)";
    deep(|| {
        let (expr, _) = compile(text, &scope(&["ci"], None)).unwrap();
        let slice = |expr: &Expr| text[expr.start as usize..expr.end as usize].to_owned();
        let Is::Binary(Op::GreaterOrEqual, sum, choice) = &expr.is else { panic!("{expr:?}") };
        let Is::Binary(Op::Add, size, index) = &sum.is else { panic!("{sum:?}") };
        assert_eq!((slice(size), slice(index)), ("size( record . tags )".to_owned(), "[1, 2][0]".to_owned()));
        let Is::Call(_, args) = &size.is else { panic!("{size:?}") };
        assert_eq!(slice(&args[0]), "record . tags");
        let Is::If(parts) = &choice.is else { panic!("{choice:?}") };
        assert_eq!([&parts[0], &parts[1], &parts[2]].map(slice), ["id.contains('é')", "3", "-4"]);
    });
}

#[test]
fn decimals_are_those_that_were_written() {
    for (text, number) in [
        ("0.1", "0.1"),
        ("99.95", "99.95"),
        ("1e-7", "0.0000001"),
        ("9007199254740993", "9007199254740993"),
        ("18446744073709551615u", "18446744073709551615"),
    ] {
        deep(|| {
            let (expr, _) = compile(text, &scope(&["ci"], None)).unwrap();
            let Is::Constant(Constant::Number(exact)) = &expr.is else { panic!("{expr:?}") };
            assert_eq!(exact.text(30), number, "{text}");
        });
    }
}
