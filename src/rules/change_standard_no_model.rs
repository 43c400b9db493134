use jiff::civil::Date;

use super::rule::{Check, Report, Rule};
use crate::base::date::When;
use crate::base::span::Span;
use crate::model::Record;
use crate::model::change::{Actual, Change, ChangeStatus, Window};
use crate::model::change_model::{ChangeModel, ChangeModelStatus, Suspension};
use crate::model::change_policy::ChangePolicy;

rule! {
    /// A standard change that follows no change model, or one that did not hold on the day of the work.
    ///
    /// A standard change needs nobody's vote because its way of working was agreed once, in the model. Without a model
    /// that holds there is nothing that was agreed. A model is needed where the category of the change policy has
    /// `model_required: true`; where no policy knows the category, for the category `standard`. What is asked for needs a
    /// model in use; what was carried out needs one that had not run out and was not suspended before that day. Whether
    /// the change fits its model in everything is decided by the gate.
    ///
    /// ```yaml,bad
    /// # sms/change/chg-patch.yaml
    /// {kind: change, id: chg-patch, status: requested, category: standard}
    /// ```
    ///
    /// ```yaml,good
    /// # sms/change/chg-patch.yaml
    /// {kind: change, id: chg-patch, status: requested, category: standard, model: mdl-patch,
    ///  planned: {start: 2026-12-02T20:00:00Z, end: 2026-12-02T21:00:00Z}}
    /// # sms/change_model/mdl-patch.yaml
    /// {kind: change_model, id: mdl-patch, status: active, valid_until: 2027-06-30}
    /// ```
    ///
    /// Name the model in `model`, look at the model again and extend it, or ask for a normal change.
    ChangeStandardNoModel = "change-standard-no-model", Error, clauses: ["8.5.1.1"],
        kinds: ["change", "change_model", "change_policy"];
}

fn message(change: &Record<'_>, category: &str) -> String {
    format!("the {category} change '{}' follows no change model", change.id)
}

fn message_model(change: &Record<'_>, category: &str, model: &Record<'_>, what: &str) -> String {
    format!("the {category} change '{}' follows the model '{}', which {what}", change.id, model.id)
}

const HELP: &str = "name the change model in `model`, or ask for a normal change";
const HELP_MODEL: &str = "look at the model again and put it back into use, or ask for a normal change";

/// What is wrong with the model for work on `day`, and where that stands.
fn wrong(model: ChangeModel<'_>, day: Option<Date>, done: bool) -> Option<(String, Span)> {
    let span = |field| model.0.field_span(field);
    if let Some((until, day)) = model.valid_until().zip(day).filter(|(until, day)| until < day) {
        return Some((format!("ran out on {until}, before the work on {day}"), span("valid_until")));
    }
    match model.status()? {
        ChangeModelStatus::Suspended => {
            let since = model.suspension().and_then(Suspension::since);
            let held = done && since.is_none_or(|since| day.is_none_or(|day| day <= since));
            let told = since.map_or_else(String::new, |since| format!(" since {since}"));
            (!held).then(|| (format!("is suspended{told}"), span("status")))
        }
        status @ (ChangeModelStatus::Draft | ChangeModelStatus::Retired) if !done => {
            Some((format!("is {}", status.word()), span("status")))
        }
        _ => None,
    }
}

impl Rule for ChangeStandardNoModel {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        let categories = ChangePolicy::categories_in_force(cx.sms);
        for change in cx.sms.all::<Change<'_>>() {
            let (record, Some(word)) = (change.0.record, change.category()) else { continue };
            let known = categories.get(word);
            let needed = known.map_or(word == "standard", |known| known.model_required() == Some(true));
            let Some(status) = change.status().filter(|status| needed && status.is_up_for_decision()) else { continue };
            let Some(named) = change.model() else {
                out.field(record, "category", message(record, word)).help(HELP);
                continue;
            };
            let done = status != ChangeStatus::Requested;
            let worked = change.actual().and_then(Actual::start).filter(|_| done);
            let day = worked.or_else(|| change.planned().and_then(Window::start)).map(When::day);
            let model = cx.sms.find(named.id).and_then(|ix| cx.sms.view::<ChangeModel<'_>>(ix));
            if let Some((model, (what, place))) = model.and_then(|model| Some((model, wrong(model, day, done)?))) {
                out.at(record, named.span, message_model(record, word, model.0.record, &what))
                    .help(HELP_MODEL)
                    .related(place, "the model");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::check;

    const MODELS: &str = "
            # sms/change_model/mdl-a.yaml
            {kind: change_model, id: mdl-a, status: active, valid_until: 2026-12-02}
            # sms/change_model/mdl-b.yaml
            {kind: change_model, id: mdl-b, status: suspended, suspension: {since: 2026-05-20}}
            # sms/change_model/mdl-c.yaml
            {kind: change_model, id: mdl-c, status: retired}
            ";

    #[test]
    fn what_is_asked_for_needs_a_model_that_holds_on_its_day() {
        let changes = "
            # sms/change/chg-a.yaml
            {kind: change, id: chg-a, status: requested, category: standard}
            #                                                      ^^^^^^^^ the standard change 'chg-a' follows no change model
            # sms/change/chg-b.yaml
            {kind: change, id: chg-b, status: requested, category: standard, model: mdl-a, planned: {start: 2026-12-03T00:00:00Z}}
            #                                                                       ^^^^^ 'mdl-a', which ran out on 2026-12-02
            # sms/change/chg-c.yaml
            {kind: change, id: chg-c, status: requested, category: standard, model: mdl-a, planned: {start: 2026-12-02T23:00:00Z}}
            # sms/change/chg-d.yaml
            {kind: change, id: chg-d, status: requested, category: standard, model: mdl-b}
            #                                                                       ^^^^^ which is suspended since 2026-05-20
            # sms/change/chg-e.yaml
            {kind: change, id: chg-e, status: requested, category: standard, model: mdl-c}
            #                                                                       ^^^^^ which is retired
            # sms/change/chg-f.yaml
            {kind: change, id: chg-f, status: requested, category: standard, model: mdl-lost}";
        check(&ChangeStandardNoModel, &format!("{changes}{MODELS}"));
    }

    #[test]
    fn what_was_done_is_judged_by_the_day_of_the_work() {
        let changes = "
            # sms/change/chg-a.yaml
            {kind: change, id: chg-a, status: closed, category: standard, model: mdl-b, actual: {start: 2026-05-20T08:00:00Z}}
            # sms/change/chg-b.yaml
            {kind: change, id: chg-b, status: closed, category: standard, model: mdl-b, actual: {start: 2026-05-21T08:00:00Z}}
            #                                                                    ^^^^^ 'chg-b' follows the model 'mdl-b'
            # sms/change/chg-c.yaml
            {kind: change, id: chg-c, status: closed, category: standard, model: mdl-c, actual: {start: 2025-05-21T08:00:00Z}}
            # sms/change/chg-d.yaml
            {kind: change, id: chg-d, status: draft, category: standard}";
        check(&ChangeStandardNoModel, &format!("{changes}{MODELS}"));
    }

    #[test]
    fn the_policy_says_which_categories_need_one() {
        check(
            &ChangeStandardNoModel,
            "
            # sms/change_policy/p.yaml
            {kind: change_policy, id: p, status: in_force, categories: [{id: routine, model_required: true}, {id: standard}]}
            # sms/change/chg-a.yaml
            {kind: change, id: chg-a, status: requested, category: standard}
            # sms/change/chg-b.yaml
            {kind: change, id: chg-b, status: implemented, category: routine}
            #                                                        ^^^^^^^ the routine change 'chg-b'
            # sms/change/chg-c.yaml
            {kind: change, id: chg-c, status: requested, category: normal}
            ",
        );
    }
}
