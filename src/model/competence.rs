//! Competences, and what proves them (7.2).

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::sms::{Ix, Sms};
use super::view::Ref;
use super::words::{PersonKind, RoleKind};
use crate::base::duration::Duration;

words! {
    /// Status of a competence.
    CompetenceStatus {
        /// Being written.
        Draft = "draft",
        /// Asked for.
        Active = "active",
        /// No longer asked for.
        Retired = "retired",
    }
}

view! {
    /// What the holder of a role must know or be able to do.
    Competence<'a> of "competence" at "" {
        /// Status.
        status: Option<CompetenceStatus>,
        /// The role.
        role: Option<Ref<'a, RoleKind>>,
        /// The day from which it is asked for.
        since: Option<Date>,
        /// How long a new holder may take.
        grace: Option<Duration>,
    }
}

words! {
    /// Status of a training.
    TrainingStatus {
        /// To come.
        Planned = "planned",
        /// Over.
        Done = "done",
        /// Did not take place.
        Cancelled = "cancelled",
    }
}

words! {
    /// How something was learnt.
    TrainingType {
        /// A course.
        Course = "course",
        /// An examination.
        Examination = "examination",
        /// An exercise or drill.
        Exercise = "exercise",
        /// Work under guidance.
        Coaching = "coaching",
        /// Reading.
        SelfStudy = "self_study",
        /// Years of doing it.
        Experience = "experience",
    }
}

words! {
    /// How a training ended.
    TrainingResult {
        /// Well.
        Passed = "passed",
        /// Not well.
        Failed = "failed",
        /// Without an examination.
        Attended = "attended",
    }
}

kinds! {
    /// A competence.
    CompetenceKind = ["competence"];
}

view! {
    /// What one person did to learn something.
    Training<'a> of "training" at "" {
        /// Status.
        status: Option<TrainingStatus>,
        /// Who learnt.
        person: Option<Ref<'a, PersonKind>>,
        /// How.
        training_type: Option<TrainingType>,
        /// Last day of it.
        date: Option<Date>,
        /// Last day on which it proves something.
        expires: Option<Date>,
        /// How it ended.
        result: Option<TrainingResult>,
        /// What it proves.
        covers: Vec<Ref<'a, CompetenceKind>>,
    }
}

impl Training<'_> {
    /// Whether it took place by `day` and was not failed, so that it proves something as long as it has not expired.
    #[must_use]
    pub fn is_proof_by(self, day: Date) -> bool {
        let done = self.status() == Some(TrainingStatus::Done) && self.result() != Some(TrainingResult::Failed);
        done && self.date().is_none_or(|date| date <= day)
    }

    /// Whether it has expired on `day`.
    #[must_use]
    pub fn has_expired_on(self, day: Date) -> bool {
        self.expires().is_some_and(|expires| expires < day)
    }
}

/// Who has which competence, on one day.
#[derive(Debug)]
pub struct Proofs<'a> {
    day: Date,
    /// The trainings that prove something or did so once, by person and competence.
    trainings: BTreeMap<(Ix, Ix), Vec<Training<'a>>>,
}

impl<'a> Proofs<'a> {
    /// What proves what on `day`.
    #[must_use]
    pub fn on(day: Date, sms: &'a Sms<'_>) -> Self {
        let mut trainings: BTreeMap<(Ix, Ix), Vec<Training<'a>>> = BTreeMap::new();
        for training in sms.all::<Training<'_>>().filter(|training| training.is_proof_by(day)) {
            let Some(person) = training.person().and_then(|person| sms.find(person.id)) else { continue };
            for competence in training.covers().into_iter().filter_map(|covered| sms.find(covered.id)) {
                trainings.entry((person, competence)).or_default().push(training);
            }
        }
        Self { day, trainings }
    }

    /// Whether a person has proof of a competence that has not expired.
    #[must_use]
    pub fn has(&self, person: Ix, competence: Ix) -> bool {
        self.all(person, competence).iter().any(|training| !training.has_expired_on(self.day))
    }

    /// All proofs of a person for a competence, expired ones too.
    #[must_use]
    pub fn all(&self, person: Ix, competence: Ix) -> &[Training<'a>] {
        self.trainings.get(&(person, competence)).map(Vec::as_slice).unwrap_or_default()
    }
}

impl Competence<'_> {
    /// Whether an open action says that this competence asked for it.
    #[must_use]
    pub fn is_worked_on(self, sms: &Sms<'_>) -> bool {
        let Some(ix) = sms.find(self.0.record.id.as_str()) else { return false };
        sms.incoming(ix)
            .map(|reference| sms.record(reference.from))
            .any(|holder| holder.kind.name == "action" && matches!(holder.status(), Some("open" | "in_progress")))
    }
}
