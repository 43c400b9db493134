//! Designs of new, greatly changed, removed or handed over services (8.5.2).

use jiff::civil::Date;

use super::view::{At, Ref};
use super::words::{ChangeKind, ServiceKind};

words! {
    /// Status of a design.
    DesignStatus {
        /// Being planned.
        Planned = "planned",
        /// Designed.
        Designed = "designed",
        /// Built.
        Built = "built",
        /// Tested.
        Tested = "tested",
        /// Accepted.
        Accepted = "accepted",
        /// Accepted, with something to follow.
        AcceptedWithConditions = "accepted_with_conditions",
        /// Not accepted.
        Refused = "refused",
        /// In use.
        Deployed = "deployed",
        /// In use, and told what came of it.
        OutcomesReported = "outcomes_reported",
        /// Finished.
        Closed = "closed",
        /// Given up.
        Withdrawn = "withdrawn",
    }
}

impl DesignStatus {
    /// Whether what was designed is in use.
    #[must_use]
    pub const fn is_live(self) -> bool {
        matches!(self, Self::Deployed | Self::OutcomesReported | Self::Closed)
    }

    /// Whether it was accepted, or went on as if it had been.
    #[must_use]
    pub const fn is_accepted(self) -> bool {
        self.is_live() || matches!(self, Self::Accepted | Self::AcceptedWithConditions)
    }
}

view! {
    /// A design.
    Design<'a> of "design" at "" {
        /// Status.
        status: Option<DesignStatus>,
        /// The service.
        service: Option<Ref<'a, ServiceKind>>,
        /// What happens to it.
        r#type: Option<DesignType>,
        /// The changes through which it is carried out.
        changes: Vec<Ref<'a, ChangeKind>>,
        /// What must be true before it goes live.
        acceptance: Vec<Criterion<'a>>,
        /// What the parties decided.
        decision: Option<Decision<'a>>,
        /// What it is meant to achieve.
        outcomes: Vec<DesignOutcome<'a>>,
        /// The report on that.
        reported: Option<Reported<'a>>,
        /// What becomes of what is left.
        removal: Option<Removal<'a>>,
        /// The day on which it is to be live, or was.
        go_live: Option<Date>,
    }
}

words! {
    /// What happens to the service of a design.
    DesignType {
        /// It is new.
        Add = "add",
        /// It is altered.
        Modify = "modify",
        /// It goes.
        Remove = "remove",
        /// It changes hands.
        Transfer = "transfer",
    }
}

words! {
    /// Whether a criterion is met.
    CriterionResult {
        /// Not known yet.
        Open = "open",
        /// Yes.
        Met = "met",
        /// No.
        NotMet = "not_met",
    }
}

view! {
    /// What must be true before something goes live: of a design, of a change or of a release.
    Criterion<'a> of "design" at "/acceptance/*" {
        /// The criterion.
        criterion: Option<&'a str>,
        /// Whether it is met.
        result: Option<CriterionResult>,
        /// What was decided where it is not.
        decision: Option<&'a str>,
    }
}

impl<'a> Criterion<'a> {
    /// The criteria in the list `acceptance` of a node.
    #[must_use]
    pub fn all(of: At<'a>) -> Vec<Self> {
        super::view::Read::read(of.cell("acceptance"))
    }

    /// Whether it is not met, and nothing was decided about that.
    #[must_use]
    pub fn is_unsettled(self) -> bool {
        matches!(self.result(), Some(CriterionResult::Open | CriterionResult::NotMet)) && self.decision().is_none()
    }
}

view! {
    /// What the parties decided.
    Decision<'a> of "design" at "/decision" {
        /// The day.
        at: Option<Date>,
    }
}

view! {
    /// What a design is meant to achieve: of a design or of a change.
    DesignOutcome<'a> of "design" at "/outcomes/*" {
        /// What is measured.
        measure: Option<&'a str>,
        /// The value reached.
        actual: Option<&'a str>,
    }
}

view! {
    /// The report on what came of it.
    Reported<'a> of "design" at "/reported" {
        /// The day.
        at: Option<Date>,
    }
}

view! {
    /// What becomes of what is left.
    Removal<'a> of "design" at "/removal" {
        /// Which data are kept.
        data_archiving: Option<&'a str>,
        /// What becomes of machines, licences, contracts and documents.
        disposal: Option<&'a str>,
    }
}
