use super::rule::{Check, Report, Rule};
use crate::base::clause::{self, Clause};
use crate::base::suggest::nearest;
use crate::yaml::Node;

rule! {
    /// A clause tag that ISO/IEC 20000-1:2018 does not have.
    ///
    /// Tags tie a record to what it is evidence for, so a wrong one leaves a gap where there is none. The edition of
    /// 2011 counted otherwise; its numbers are answered with the number of the same subject today. Tags of other
    /// standards, such as `27001:A.5.1`, are not judged.
    ///
    /// ```yaml,bad
    /// # sms/process/proc-audit.yaml
    /// kind: process
    /// id: proc-audit
    /// clauses: ["4.5.4.2"]
    /// ```
    ///
    /// ```yaml,good
    /// # sms/process/proc-audit.yaml
    /// kind: process
    /// id: proc-audit
    /// clauses: ["9.2", "20000-1:9.2.1", "9001:9.2"]
    /// ```
    ///
    /// Write the number of the 2018 edition; `gitsm explain 9.2` shows what a clause is about.
    ClauseTagUnknown = "clause-tag-unknown", Error, clauses: ["7.5.2"], kinds: [];
}

fn message(number: &str) -> String {
    format!("ISO/IEC 20000-1:2018 has no clause {number}")
}

/// The tag with another number, and the standard written as it was.
fn written(tag: &str, number: &str, clause: Clause) -> String {
    format!("{}{}", tag.strip_suffix(number).unwrap_or(""), clause.number)
}

fn help(tag: &str, number: &str) -> String {
    let written = |clause: Clause| written(tag, number, clause);
    if let Some(now) = clause::from_2011(number) {
        return format!("{number} is of the edition of 2011; its subject is now in `{}` ({})", written(now), now.title);
    }
    let near = nearest(number, clause::all().map(|clause| clause.number)).and_then(clause::find);
    let above = || std::iter::successors(Some(number), |part| part.rsplit_once('.').map(|(rest, _)| rest));
    match near.or_else(|| above().find_map(clause::find)) {
        Some(near) => format!("did you mean `{}`? `gitsm explain {}` shows its subject", written(near), near.number),
        None => "write a number from 4 to 10.2; `gitsm explain 4` shows the first".to_owned(),
    }
}

impl Rule for ClauseTagUnknown {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        for (_, record) in cx.sms.records() {
            for node in record.get("clauses").map(Node::items).unwrap_or_default() {
                let Some(tag) = node.as_str() else { continue };
                let (standard, number) = clause::split(tag);
                if standard == "20000-1" && clause::find(number).is_none() {
                    let place = node.span(record.file);
                    let draft = out.at(record, place, message(number)).help(help(tag, number));
                    if let Some(now) = clause::from_2011(number) {
                        let now = written(tag, number, now);
                        draft.fix(format!("write `{now}` for `{tag}` of the edition of 2011"), place, now);
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::check;

    #[test]
    fn numbers_that_do_not_exist_are_marked_one_by_one() {
        check(
            &ClauseTagUnknown,
            "
            # sms/process/p.yaml
            kind: process
            id: p
            clauses:
              - 8.5.1
              - 20000-1:4.5.4.2
            #   ^^^^^^^^^^^^^^^ no clause 4.5.4.2
              - 8.5.1.9
            #   ^^^^^^^ no clause 8.5.1.9
            ",
        );
    }

    #[test]
    fn the_help_knows_the_old_numbers_and_the_nearest_new_ones() {
        let old = help("20000-1:4.5.4.2", "4.5.4.2");
        assert_eq!(old, "4.5.4.2 is of the edition of 2011; its subject is now in `20000-1:9.2` (Internal audit)");
        assert!(help("8.5.13", "8.5.13").starts_with("did you mean `8.5.1`?"));
        assert!(help("8.7.1.2.3", "8.7.1.2.3").starts_with("did you mean `8.7.1`?"));
        assert!(help("20000-1:99", "99").starts_with("did you mean `20000-1:9`?"));
        assert!(help("A", "ABC").starts_with("write a number"));
    }

    #[test]
    fn other_standards_and_tags_that_are_no_text_are_not_judged() {
        check(
            &ClauseTagUnknown,
            "
            # sms/process/p.yaml
            {kind: process, id: p, clauses: ['27001:A.5.1', '9001:99', '10.2', 8.5, [x], ~]}
            # sms/process/q.yaml
            {kind: process, id: q, clauses: 99.9}
            ",
        );
    }
}
