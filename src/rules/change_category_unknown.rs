use std::collections::BTreeSet;

use super::rule::{Check, Report, Rule};
use crate::base::suggest::nearest;
use crate::base::text;
use crate::model::Record;
use crate::model::change::{Change, ChangeStatus};
use crate::model::change_policy::{Category, ChangePolicy};
use crate::model::process::DocumentStatus;

rule! {
    /// A change in a category that the change policy does not have.
    ///
    /// The category says who must agree and what must be shown; without it nobody can decide. A change that was carried
    /// out may also bear a category of a superseded policy. Without a policy in force the rule is silent.
    ///
    /// ```yaml,bad
    /// # sms/change/chg-disk.yaml
    /// kind: change
    /// id: chg-disk
    /// status: requested
    /// category: urgent-ish
    /// # sms/change_policy/change-policy.yaml
    /// {kind: change_policy, id: change-policy, status: in_force, categories: [{id: normal}, {id: emergency}]}
    /// ```
    ///
    /// ```yaml,good
    /// # sms/change/chg-disk.yaml
    /// kind: change
    /// id: chg-disk
    /// status: requested
    /// category: normal
    /// # sms/change_policy/change-policy.yaml
    /// {kind: change_policy, id: change-policy, status: in_force, categories: [{id: normal}, {id: emergency}]}
    /// ```
    ///
    /// Use one of the words under `categories` of the change policy.
    ChangeCategoryUnknown = "change-category-unknown", Error, clauses: ["8.5.1.2"], kinds: ["change", "change_policy"];
}

fn message(change: &Record<'_>, category: &str) -> String {
    format!("the category '{category}' of the change '{}' is not in the change policy", change.id)
}

fn help(category: &str, known: &BTreeSet<&str>) -> String {
    let known: Vec<&str> = known.iter().copied().collect();
    let all = format!("the policy has {}", text::and(&known));
    nearest(category, known).map_or_else(|| all.clone(), |near| format!("did you mean '{near}'? {all}"))
}

impl Rule for ChangeCategoryUnknown {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        let known: BTreeSet<&str> = ChangePolicy::categories_in_force(cx.sms).into_keys().collect();
        if known.is_empty() {
            return;
        }
        let former: BTreeSet<&str> = cx
            .sms
            .all::<ChangePolicy<'_>>()
            .filter(|policy| policy.status() == Some(DocumentStatus::Superseded))
            .flat_map(ChangePolicy::categories)
            .filter_map(Category::id)
            .collect();
        for change in cx.sms.all::<Change<'_>>() {
            let (Some(status), Some(category)) = (change.status(), change.category()) else { continue };
            let had = ChangeStatus::is_carried_out(status) && former.contains(category);
            if status.is_up_for_decision() && !known.contains(category) && !had {
                let record = change.0.record;
                out.field(record, "category", message(record, category)).help(help(category, &known));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::{check, findings};

    #[test]
    fn a_slip_is_told_with_the_word_that_was_meant() {
        let fixture = "
            # sms/change/chg-a.yaml
            {kind: change, id: chg-a, status: requested, category: normall}
            #                                                      ^^^^^^^ 'normall' of the change 'chg-a'
            # sms/change_policy/p.yaml
            {kind: change_policy, id: p, status: in_force, categories: [{id: standard}, {id: normal}]}
            ";
        check(&ChangeCategoryUnknown, fixture);
        let help = findings(&ChangeCategoryUnknown, fixture)[0].help.clone();
        assert_eq!(help.as_deref(), Some("did you mean 'normal'? the policy has normal and standard"));
    }

    #[test]
    fn what_is_done_may_bear_a_former_category() {
        check(
            &ChangeCategoryUnknown,
            "
            # sms/change/chg-a.yaml
            {kind: change, id: chg-a, status: closed, category: urgent}
            # sms/change/chg-b.yaml
            {kind: change, id: chg-b, status: requested, category: urgent}
            #                                                      ^^^^^^ 'urgent'
            # sms/change_policy/p-1.yaml
            {kind: change_policy, id: p-1, status: superseded, categories: [{id: urgent}]}
            # sms/change_policy/p-2.yaml
            {kind: change_policy, id: p-2, status: in_force, categories: [{id: emergency}]}
            ",
        );
    }

    #[test]
    fn drafts_and_changes_without_a_policy_in_force_pass() {
        let draft = "
            # sms/change/chg-a.yaml
            {kind: change, id: chg-a, status: draft, category: someday}
            # sms/change_policy/p.yaml
            {kind: change_policy, id: p, status: in_force, categories: [{id: normal}]}
            ";
        check(&ChangeCategoryUnknown, draft);
        let no_policy = "
            # sms/change/chg-a.yaml
            {kind: change, id: chg-a, status: requested, category: someday}
            # sms/change_policy/p.yaml
            {kind: change_policy, id: p, status: draft, categories: [{id: normal}]}
            ";
        check(&ChangeCategoryUnknown, no_policy);
    }
}
