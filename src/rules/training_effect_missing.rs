use jiff::civil::Date;

use super::rule::{Check, Documented as _, Report, Rule};
use crate::base::date::after;
use crate::base::duration::Duration;
use crate::model::Record;
use crate::model::competence::{Training, TrainingResult, TrainingStatus, TrainingType};
use crate::model::organisation::Person;

rule! {
    /// A training whose effect nobody has looked at.
    ///
    /// Who sat in a course need not be able to do what it taught. Ninety days after a training somebody has judged that
    /// and written it in `effectiveness`; a policy in force may set other days in `limits` for this rule. Years of
    /// experience are an effect themselves, a failed examination has told its own, and people who have left are not
    /// judged any more.
    ///
    /// ```yaml,bad
    /// # sms/training/trn-kofi-course.yaml
    /// kind: training
    /// id: trn-kofi-course
    /// status: done
    /// training_type: course
    /// date: 2026-03-12
    /// result: attended
    /// ```
    ///
    /// ```yaml,good
    /// # sms/training/trn-kofi-course.yaml
    /// kind: training
    /// id: trn-kofi-course
    /// status: done
    /// training_type: course
    /// date: 2026-03-12
    /// result: attended
    /// effectiveness: {method: Restored a database alone., at: 2026-05-20, result: effective, by: maya}
    /// ```
    ///
    /// Look at work that shows it, ask the lead, or try it in an exercise; then write down what was seen.
    TrainingEffectMissing = "training-effect-missing", Warning, clauses: ["7.2"], kinds: ["person", "training"], clock;
}

const WITHIN: Duration = Duration::from_days(90);

fn message(training: &Record<'_>, date: Date, due: Date) -> String {
    format!("nobody has judged the effect of '{}' of {date}, which was due by {due}", training.id)
}

const HELP: &str = "judge whether the person can do it now, and write that into `effectiveness`";

impl Rule for TrainingEffectMissing {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        let within = cx.time_limit(self.code().id, WITHIN);
        for training in cx.sms.all::<Training<'_>>() {
            let record = training.0.record;
            let asks = training.status() == Some(TrainingStatus::Done)
                && training.training_type() != Some(TrainingType::Experience)
                && training.result() != Some(TrainingResult::Failed)
                && record.get("effectiveness").is_none();
            let Some(date) = training.date().filter(|_| asks) else { continue };
            let person = training.person().and_then(|person| cx.sms.view::<Person<'_>>(cx.sms.find(person.id)?));
            let gone = person.is_some_and(|person| !person.is_there_on(cx.today()));
            let due = after(date, within);
            if due < cx.today() && !gone {
                out.field(record, "date", message(record, date, due)).help(HELP);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::check;

    #[test]
    fn there_are_ninety_days_unless_a_policy_says_otherwise() {
        let trainings = "
            # sms/training/a.yaml
            {kind: training, id: a, status: done, date: 2026-08-21, result: passed}
            #                                           ^^^^^^^^^^ the effect of 'a' of 2026-08-21, which was due by 2026-11-19
            # sms/training/b.yaml
            {kind: training, id: b, status: done, date: 2026-08-22, training_type: exercise}
";
        check(&TrainingEffectMissing, trainings);
        let policy = "
            # sms/policy/p.yaml
            {kind: policy, id: p, status: in_force, limits: [{rule: training-effect-missing, value: 91d}]}
";
        let unmarked: String =
            trainings.lines().filter(|line| !line.contains('^')).map(|line| format!("{line}\n")).collect();
        check(&TrainingEffectMissing, &format!("{unmarked}{policy}"));
    }

    #[test]
    fn experience_failures_what_is_to_come_and_those_who_left_are_not_judged() {
        check(
            &TrainingEffectMissing,
            "
            # sms/training/a.yaml
            {kind: training, id: a, status: done, date: 2020-01-01, training_type: experience}
            # sms/training/b.yaml
            {kind: training, id: b, status: done, date: 2020-01-01, result: failed}
            # sms/training/c.yaml
            {kind: training, id: c, status: planned, planned: 2020-01-01}
            # sms/training/d.yaml
            {kind: training, id: d, status: done, date: 2020-01-01, person: ann}
            # sms/training/e.yaml
            {kind: training, id: e, status: done, date: 2020-01-01, effectiveness: {result: not_effective}}
            # sms/training/f.yaml
            {kind: training, id: f, status: cancelled, date: 2020-01-01}
            # sms/person/ann.yaml
            {kind: person, id: ann, status: left}
            ",
        );
    }
}
