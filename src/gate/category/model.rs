//! Whether a change follows its change model to the letter.

use std::collections::BTreeSet;

use jiff::ToSpan as _;

use super::{Trial, told};
use crate::base::intervals::Intervals;
use crate::base::text::quoted;
use crate::diff::Change as Became;
use crate::gate::glob::Patterns;
use crate::gate::reason::Reason;
use crate::gate::risk::levels;
use crate::model::Record;
use crate::model::change::{Change, Window};
use crate::model::change_model::{ChangeModel, ChangeModelStatus, Match};
use crate::model::maintenance_window::MaintenanceWindow;
use crate::model::organisation::people_behind;

impl<'r> Trial<'_, 'r> {
    /// The model that the change follows, as it stands at the base.
    ///
    /// # Errors
    /// Everything in which the change leaves its model.
    pub(super) fn model(&self) -> Result<ChangeModel<'r>, Vec<Reason>> {
        let sms = self.base.sms;
        let Some(named) = self.change.model() else { return Err(vec![told("it names no change model")]) };
        let Some(model) = sms.find(named.id).and_then(|ix| sms.view::<ChangeModel<'_>>(ix)) else {
            return Err(vec![told(format!("the base has no change model '{}'", named.id))]);
        };
        let mut refused = self.unusable(model);
        refused.extend(model.r#match().map(|it| self.unlike(it)).unwrap_or_default());
        refused.extend(self.too_risky(model));
        refused.extend(self.outside(model));
        refused.extend(self.by_others(model));
        if refused.is_empty() { Ok(model) } else { Err(refused) }
    }

    /// Why the model may not be used at all.
    fn unusable(&self, model: ChangeModel<'_>) -> Vec<Reason> {
        let id = &model.0.record.id;
        let today = self.at.to_zoned(jiff::tz::TimeZone::UTC).date();
        let last = self
            .change
            .planned()
            .and_then(Window::bounds)
            .map_or(today, |(_, end)| end.to_zoned(jiff::tz::TimeZone::UTC).date());
        let mut refused = Vec::new();
        if model.status() != Some(ChangeModelStatus::Active) {
            refused.push(told(format!("the model '{id}' is not active")));
        }
        if model.valid_until().is_none_or(|until| until < last.max(today)) {
            refused.push(told(format!("the model '{id}' is not valid until the end of the work")));
        }
        let failures = self.failures(model, today);
        if let Some(most) =
            model.suspend_after_failures().filter(|most| i64::try_from(failures).is_ok_and(|count| count >= *most))
        {
            refused.push(told(format!(
                "the model '{id}' failed {failures} times in twelve months, and {most} suspends it"
            )));
        }
        refused
    }

    /// How many uses of the model failed in the last twelve months, and since it was suspended the last time.
    fn failures(&self, model: ChangeModel<'_>, today: jiff::civil::Date) -> usize {
        let sms = self.base.sms;
        let first = today.checked_sub(1.year()).unwrap_or(today);
        let reviewed = model.0.record.get("review").and_then(|review| review.get("last")?.as_str()?.parse().ok());
        let uses = |change: &Change<'_>| {
            let same = change.model().is_some_and(|it| sms.id_now(it.id) == model.0.record.id.as_str());
            let recent = change.ended().is_some_and(|day| day >= first && reviewed.is_none_or(|seen| day > seen));
            same && recent && change.has_failed()
        };
        sms.all::<Change<'_>>().filter(uses).count()
    }

    /// In what the change does not fit the pattern of its model.
    fn unlike(&self, model: Match<'_>) -> Vec<Reason> {
        let mut refused = Vec::new();
        let types = model.types();
        if !types.is_empty() && !self.change.r#type().is_some_and(|of| types.contains(&of)) {
            refused.push(told("its type is not one of the model's"));
        }
        let affected = self.affected();
        let names = |those: &dyn Fn(&&Record<'_>) -> bool| -> BTreeSet<&str> {
            affected.iter().filter(|record| those(record)).map(|record| record.id.as_str()).collect()
        };
        let count = names(&|_| true).len();
        if let Some(most) = model.max_items().filter(|most| i64::try_from(count).is_ok_and(|count| count > *most)) {
            refused.push(told(format!("it affects {count} things, and the model allows {most}")));
        }
        let sms = self.head.sms;
        let lists = [
            ("is of another kind", model.kinds(), None),
            ("is of another type", model.ci_types(), Some("ci_type")),
            ("stands in another environment", model.environments(), Some("environment")),
        ];
        for (what, allowed, field) in lists {
            let allowed: Vec<&str> = allowed.into_iter().map(|id| sms.id_now(id)).collect();
            let of = |record: &&Record<'_>| match field {
                None => allowed.contains(&record.kind.name.as_str()),
                Some(field) => record.text(field).is_some_and(|value| allowed.contains(&sms.id_now(value))),
            };
            let other = names(&|record| !of(record));
            if !allowed.is_empty() && !other.is_empty() {
                refused.push(told(format!("{} {what} than the model allows", quoted(&other, 3))));
            }
        }
        let only: Vec<&str> = model.affects().into_iter().map(|id| sms.id_now(id)).collect();
        let other = names(&|record| !only.contains(&sms.id_now(record.id.as_str())));
        if !only.is_empty() && !other.is_empty() {
            refused.push(told(format!("{} is not among what the model names", quoted(&other, 3))));
        }
        refused.extend(self.edited(model));
        refused
    }

    /// Edits beyond what the model allows.
    fn edited(&self, model: Match<'_>) -> Vec<Reason> {
        let mut refused = Vec::new();
        let fields = model.fields();
        if !fields.is_empty() {
            for edit in self.edits {
                let whole = edit.change != Became::Changed || edit.renamed_from.is_some() || edit.moved_from.is_some();
                let beyond = |field: &&crate::diff::Field| {
                    let top = field.path.split(['.', '[']).next().unwrap_or_default();
                    !fields.contains(&top) && !fields.contains(&field.path.as_str())
                };
                if let Some(field) = edit.fields.iter().find(beyond) {
                    refused.push(told(format!(
                        "'{}' is edited in '{}', which the model does not allow",
                        field.path, edit.id
                    )));
                } else if whole {
                    refused.push(told(format!("'{}' comes, goes or moves, which the model does not allow", edit.id)));
                }
            }
        }
        let paths = model.paths();
        let patterns = Patterns::new(&paths, &[]);
        let touched =
            self.edits.iter().flat_map(|edit| [Some(edit.path.as_str()), edit.moved_from.as_deref()]).flatten();
        let others = || touched.clone().chain(self.files.iter().copied());
        match patterns {
            Err(why) => refused.push(told(why)),
            Ok(patterns) if !paths.is_empty() => {
                let beyond: Vec<&str> = others().filter(|path| !patterns.fit(path)).collect();
                if !beyond.is_empty() {
                    refused.push(told(format!("{} is edited outside of the model's paths", quoted(&beyond, 3))));
                }
            }
            // A model for records says nothing of other files.
            Ok(_) if !self.files.is_empty() => {
                let beyond: Vec<&&str> = self.files.iter().collect();
                refused.push(told(format!("{} is edited, and the model names no paths", quoted(&beyond, 3))));
            }
            Ok(_) => {}
        }
        refused
    }

    fn too_risky(&self, model: ChangeModel<'_>) -> Option<Reason> {
        let most = model.max_risk()?;
        let limit = levels(self.base.sms).iter().position(|level| level == most);
        let over = limit.is_none_or(|limit| self.risk.rank > limit);
        over.then(|| told(format!("its risk is {}, and the model allows {most} at most", self.risk.level)))
    }

    /// Whether the work lies outside of the model's windows, or takes longer than the model says.
    fn outside(&self, model: ChangeModel<'_>) -> Option<Reason> {
        let sms = self.base.sms;
        let named = model.windows();
        let bounds = self.change.planned().and_then(Window::bounds);
        if named.is_empty() {
            return None;
        }
        let Some((start, end)) = bounds else { return Some(told("no window is planned, and the model names some")) };
        let windows = named.iter().filter_map(|window| sms.view::<MaintenanceWindow<'_>>(sms.find(window.id)?));
        let open = windows.filter(|window| window.is_active()).map(|window| window.times((start, end)));
        let open = open.fold(Intervals::default(), |all, one| all.union(&one));
        (!open.covers(start, end)).then(|| {
            let ids: Vec<&str> = named.iter().map(|window| window.id).collect();
            told(format!("its window lies outside of {}", quoted(&ids, 3)))
        })
    }

    fn by_others(&self, model: ChangeModel<'_>) -> Option<Reason> {
        let sms = self.base.sms;
        let roles = model.implementer_roles();
        if roles.is_empty() {
            return None;
        }
        let day = self.at.to_zoned(jiff::tz::TimeZone::UTC).date();
        let allowed: Vec<&str> = roles
            .iter()
            .filter_map(|role| sms.find(role))
            .flat_map(|role| people_behind(sms, role, day))
            .map(|ix| sms.record(ix).id.as_str())
            .collect();
        let others: Vec<&str> =
            self.change.implementers().iter().map(|it| sms.id_now(it.id)).filter(|id| !allowed.contains(id)).collect();
        if self.change.implementers().is_empty() {
            return Some(told("it names nobody who carries it out, and the model says who may"));
        }
        (!others.is_empty()).then(|| told(format!("{} may not carry it out under the model", quoted(&others, 3))))
    }
}
