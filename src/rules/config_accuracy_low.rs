use std::collections::BTreeSet;

use super::rule::{Check, Documented as _, Report, Rule};
use crate::base::exact::Exact;
use crate::model::config_audit::ConfigAudit;
use crate::model::nonconformity::Nonconformity;
use crate::model::{Ix, Record};

rule! {
    /// A comparison of configuration records that found too many of them wrong, without a nonconformity.
    ///
    /// Changes and incidents are judged on these records. Where fewer than 95 of a hundred are right, it does not
    /// suffice to put those right that were seen: the cause has to be found. A policy in force may set another share in
    /// `limits` for this rule. The share is counted from `correct` and `sample` where both stand there.
    ///
    /// ```yaml,bad
    /// # sms/config_audit/cfa-2026-q2.yaml
    /// kind: config_audit
    /// id: cfa-2026-q2
    /// status: done
    /// sample: 115
    /// correct: 93
    /// accuracy: 80.9
    /// ```
    ///
    /// ```yaml,good
    /// # sms/config_audit/cfa-2026-q2.yaml
    /// kind: config_audit
    /// id: cfa-2026-q2
    /// status: done
    /// sample: 115
    /// correct: 93
    /// accuracy: 80.9
    /// nonconformity: nc-ci-accuracy
    /// ```
    ///
    /// Write a nonconformity and name it here; its cause is why the records were wrong.
    ConfigAccuracyLow = "config-accuracy-low", Error, clauses: ["8.2.6"], kinds: ["config_audit", "nonconformity"];
}

fn message(audit: &Record<'_>, share: &Exact, limit: &Exact) -> String {
    let share = share.text(1);
    format!("{share}% of the records in '{}' were right, less than {limit}%, and there is no nonconformity", audit.id)
}

const HELP: &str = "write one with `gitsm new nonconformity`, and name it in `nonconformity`";

/// Right records of a hundred below which the cause has to be found.
const LEAST: i64 = 95;

impl Rule for ConfigAccuracyLow {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        let limit = cx.share_limit(self.code().id, LEAST);
        let origins = cx.sms.all::<Nonconformity<'_>>().flat_map(Nonconformity::origin);
        let treated: BTreeSet<Ix> = origins.filter_map(|id| cx.sms.find(id)).collect();
        for (ix, record) in cx.sms.of_kind("config_audit") {
            let audit = cx.sms.view::<ConfigAudit<'_>>(ix).filter(|audit| audit.is_done());
            let share = audit.and_then(ConfigAudit::share).filter(|share| *share < limit);
            if let Some(share) = share.filter(|_| record.get("nonconformity").is_none() && !treated.contains(&ix)) {
                out.field(record, "accuracy", message(record, &share, &limit)).help(HELP);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::check;

    #[test]
    fn less_than_the_share_needs_a_nonconformity() {
        check(
            &ConfigAccuracyLow,
            "
            # sms/config_audit/a.yaml
            {kind: config_audit, id: a, status: done, accuracy: 94.9}
            #                                                   ^^^^ 94.9% of the records in 'a' were right, less than 95%
            # sms/config_audit/b.yaml
            {kind: config_audit, id: b, status: closed, accuracy: 95.0}
            # sms/config_audit/c.yaml
            {kind: config_audit, id: c, status: corrected, accuracy: 95.0, sample: 1000, correct: 949}
            #                                                        ^^^^ 94.9% of the records in 'c'
            # sms/config_audit/d.yaml
            {kind: config_audit, id: d, status: corrected, accuracy: 96, sample: 0, correct: 0}
            # sms/config_audit/e.yaml
            {kind: config_audit, id: e, status: planned, accuracy: 10}
            # sms/config_audit/f.yaml
            {kind: config_audit, id: f, status: done}
            ",
        );
    }

    #[test]
    fn either_record_may_name_the_other_and_the_policy_sets_the_share() {
        check(
            &ConfigAccuracyLow,
            "
            # sms/config_audit/a.yaml
            {kind: config_audit, id: a, status: done, accuracy: 90, nonconformity: nc}
            # sms/config_audit/b.yaml
            {kind: config_audit, id: b, status: done, accuracy: 90}
            # sms/config_audit/c.yaml
            {kind: config_audit, id: c, status: done, accuracy: 97.4}
            #                                                   ^^^^ less than 97.5%
            # sms/nonconformity/nc.yaml
            {kind: nonconformity, id: nc, status: closed, origin: [b]}
            # sms/policy/p.yaml
            {kind: policy, id: p, status: in_force, limits: [{rule: config-accuracy-low, value: 97.5%}]}
            ",
        );
    }
}
