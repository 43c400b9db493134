use super::rule::{Check, Report, Rule};
use crate::base::text::one;
use crate::standard::{Item, Standing, matching, pack, standing};

rule! {
    /// A document that ISO/IEC 20000-1 asks for does not exist, or is not in force.
    ///
    /// The standard names documents that every SMS must have, from the scope to the continuity plans. An auditor asks for
    /// each at the first stage. What exists as a draft does not hold yet. Agreements with other parties are asked for only
    /// by their own rules, since there may be no such party.
    ///
    /// The rule speaks once `sms` says that the system is operating.
    ///
    /// ```yaml,bad
    /// # sms/sms/sms.yaml
    /// kind: sms
    /// id: sms
    /// status: operating
    /// # sms/sm_plan/smp-2026.yaml
    /// kind: sm_plan
    /// id: smp-2026
    /// status: draft
    /// ```
    ///
    /// ```yaml,good
    /// # sms/sms/sms.yaml
    /// kind: sms
    /// id: sms
    /// status: planned
    /// ```
    ///
    /// Write the document with `gitsm new`, or bring the draft into force. `gitsm gap` shows all that is asked for.
    MandatoryDocMissing = "mandatory-doc-missing", Error, clauses: ["7.5.1", "7.5.4"], kinds: ["sms"];
}

fn message(item: &Item, draft: Option<&str>) -> String {
    let name = &item.name;
    match draft {
        None => format!("nothing in force holds the {name} that clause {} asks for", item.clause),
        Some(draft) => format!("only a draft, '{draft}', holds the {name} that clause {} asks for", item.clause),
    }
}

fn help(item: &Item) -> String {
    let kind = item.shown.kinds.first().map_or("record", String::as_str);
    format!("write {} with `gitsm new {kind}` and bring it into force", one(&kind.replace('_', " ")))
}

impl Rule for MandatoryDocMissing {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        let Some(sms) = cx.operating() else { return };
        for item in pack().documents.iter().filter(|item| !item.may_lack) {
            let records: Vec<_> = matching(cx.sms, &item.shown).into_iter().map(|ix| cx.sms.record(ix)).collect();
            if records.iter().any(|record| standing(record) == Standing::Full) {
                continue;
            }
            let draft = records.iter().find(|record| standing(record) == Standing::Draft);
            let words = message(item, draft.map(|draft| draft.id.as_str()));
            let finding = out.field(sms, "status", words).help(help(item));
            if let Some(draft) = draft {
                finding.related(draft.field_span("status"), "the draft");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::findings;

    const SMS: &str = "
        # sms/sms/sms.yaml
        {kind: sms, id: sms, status: operating}
        ";

    #[test]
    fn each_document_is_asked_for_by_its_clause() {
        let found = findings(&MandatoryDocMissing, SMS);
        let asked = pack().documents.iter().filter(|item| !item.may_lack).count();
        assert_eq!(found.len(), asked - 1, "the scope stands in the sms record itself");
        assert!(found.iter().any(|found| found.message.contains("service management plan that clause 6.3 asks for")));
        assert!(found.iter().all(|found| !found.message.contains("contracts")), "there may be no supplier");
    }

    #[test]
    fn a_draft_is_named_and_what_is_in_force_is_left_alone() {
        let with = |status: &str| {
            let plan =
                format!("{SMS}# sms/sm_plan/p.yaml\n        {{kind: sm_plan, id: p, status: {status}}}\n        ");
            let found = findings(&MandatoryDocMissing, &plan);
            found.into_iter().find(|found| found.message.contains("clause 6.3 "))
        };
        let draft = with("in_review").expect("a draft does not hold");
        assert!(draft.message.starts_with("only a draft, 'p', holds") && draft.related.len() == 1, "{}", draft.message);
        assert!(with("superseded").is_some_and(|found| found.message.starts_with("nothing in force")));
        assert_eq!(with("in_force"), None);
    }

    #[test]
    fn a_policy_of_another_type_is_another_document() {
        let policy = |of: &str| {
            let text = format!(
                "{SMS}# sms/policy/p.yaml\n        {{kind: policy, id: p, status: in_force, policy_type: {of}}}\n        "
            );
            findings(&MandatoryDocMissing, &text).iter().filter(|found| found.message.contains(" policy that ")).count()
        };
        assert_eq!((policy("financial"), policy("information_security")), (3, 2));
    }
}
