use super::rule::{Check, Report, Rule};
use crate::base::span::Span;
use crate::model::Ix;
use crate::yaml::Node;

rule! {
    /// An id that more than one record claims.
    ///
    /// Every reference to it is then a guess, and so is its history. Ids are unique over the whole repository and over
    /// all kinds; former ids under `aliases` still resolve, so they are taken as well. The second claim, by path, is
    /// the one reported.
    ///
    /// ```yaml,bad
    /// # sms/change/2026/chg-router.yaml
    /// kind: change
    /// id: chg-router
    /// # sms/change/2027/chg-router.yaml
    /// kind: change
    /// id: chg-router
    /// ```
    ///
    /// ```yaml,good
    /// # sms/change/2026/chg-2026-router.yaml
    /// kind: change
    /// id: chg-2026-router
    /// # sms/change/2027/chg-2027-router.yaml
    /// kind: change
    /// id: chg-2027-router
    /// ```
    ///
    /// Give one of the two another id, such as one with a date in it, and correct the references that mean it.
    IdDuplicate = "id-duplicate", Error, clauses: ["7.5.2"], kinds: [];
}

/// One use of an id.
struct Claim<'a> {
    id: &'a str,
    span: Span,
    by: Ix,
    former: bool,
}

impl Claim<'_> {
    fn noun(&self) -> &'static str {
        if self.former { "former id" } else { "id" }
    }

    fn help(&self) -> &'static str {
        if self.former {
            "take it out of `aliases`, unless the other record can give it up"
        } else {
            "give one of the two another id, and correct the references that mean it"
        }
    }
}

fn message(claim: &Claim<'_>, first: &Claim<'_>, path: &str) -> String {
    let how = if first.former { "a former id" } else { "the id" };
    format!("the {} '{}' is taken: it is {how} of {path}", claim.noun(), claim.id)
}

impl Rule for IdDuplicate {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        let mut claims = Vec::new();
        for (by, record) in cx.sms.records() {
            if let Some(id) = record.text("id") {
                claims.push(Claim { id, span: record.id_span(), by, former: false });
            }
            for alias in record.get("aliases").map(Node::items).unwrap_or_default() {
                if let Some(id) = alias.as_str() {
                    claims.push(Claim { id, span: alias.span(record.file), by, former: true });
                }
            }
        }
        claims.sort_by_key(|claim| (claim.id, claim.span));
        for same in claims.chunk_by(|a, b| a.id == b.id) {
            let Some((first, later)) = same.split_first() else { continue };
            for claim in later.iter().filter(|claim| claim.by != first.by) {
                let path = cx.sms.path(cx.sms.record(first.by));
                out.at(cx.sms.record(claim.by), claim.span, message(claim, first, path))
                    .help(claim.help())
                    .related(first.span, "first used here");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::check;

    #[test]
    fn the_later_record_by_path_is_the_duplicate() {
        check(
            &IdDuplicate,
            "
            # sms/ci/b.yaml
            {kind: ci, id: x}
            # sms/service/a.yaml
            kind: service
            id: x
            #   ^ the id 'x' is taken: it is the id of sms/ci/b.yaml
            ",
        );
    }

    #[test]
    fn former_ids_are_taken_too() {
        check(
            &IdDuplicate,
            "
            # sms/ci/a.yaml
            {kind: ci, id: a, aliases: [old, older]}
            # sms/ci/b.yaml
            kind: ci
            id: old
            #   ^^^ the id 'old' is taken: it is a former id of sms/ci/a.yaml
            aliases: [older, a]
            #         ^^^^^ the former id 'older' is taken
            #                ^ the former id 'a' is taken: it is the id of sms/ci/a.yaml
            ",
        );
    }

    #[test]
    fn a_record_does_not_compete_with_itself_nor_one_without_an_id_with_anyone() {
        check(
            &IdDuplicate,
            "
            # sms/ci/a.yaml
            {kind: ci, id: a, aliases: [a, b, b]}
            # sms/ci/c.yaml
            {kind: ci}
            # sms/service/c.yaml
            {kind: service, id: c}
            ",
        );
    }
}
