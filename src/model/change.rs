//! Changes (8.5.1).

use jiff::civil::Date;

use super::view::At;
use crate::base::date::When;

words! {
    /// Status of a change in its file. Whether it is authorised is never a status: that is derived from evidence.
    ChangeStatus {
        /// Being written.
        Draft = "draft",
        /// Asked for.
        Requested = "requested",
        /// Carried out.
        Implemented = "implemented",
        /// Went wrong.
        Failed = "failed",
        /// Went wrong and was taken back.
        Reversed = "reversed",
        /// Went wrong and was put right.
        Remedied = "remedied",
        /// Called off.
        Cancelled = "cancelled",
        /// Decided against.
        Rejected = "rejected",
        /// Finished.
        Closed = "closed",
    }
}

impl ChangeStatus {
    /// Whether work on it has been done.
    #[must_use]
    pub const fn is_carried_out(self) -> bool {
        matches!(self, Self::Implemented | Self::Failed | Self::Reversed | Self::Remedied | Self::Closed)
    }

    /// Whether it asks for, or has had, a decision: everything but a draft and what was called off.
    #[must_use]
    pub const fn is_up_for_decision(self) -> bool {
        self.is_carried_out() || matches!(self, Self::Requested)
    }
}

words! {
    /// How a change ended.
    Outcome {
        /// As planned.
        Success = "success",
        /// In part.
        Partial = "partial",
        /// Not.
        Failed = "failed",
        /// Taken back.
        Reversed = "reversed",
    }
}

view! {
    /// A change.
    Change<'a> of "change" at "" {
        /// Status.
        status: Option<ChangeStatus>,
        /// Its category, by the policy.
        category: Option<&'a str>,
        /// What was thought through.
        assessment: Option<Assessment<'a>>,
        /// How it was tried.
        test: Option<Test<'a>>,
        /// The way back.
        rollback: Option<Rollback<'a>>,
        /// When it was carried out.
        actual: Option<Actual<'a>>,
        /// How it ended.
        outcome: Option<Outcome>,
        /// What went wrong.
        failure: Option<Failure<'a>>,
        /// The review afterwards.
        pir: Option<Pir<'a>>,
    }
}

impl Change<'_> {
    /// Whether it was carried out and went wrong, by its status or by its outcome.
    #[must_use]
    pub fn has_failed(self) -> bool {
        use ChangeStatus::{Closed, Failed, Implemented, Remedied, Reversed};
        let outcome = matches!(self.outcome(), Some(Outcome::Failed | Outcome::Reversed));
        match self.status() {
            Some(Failed | Reversed | Remedied) => true,
            Some(Implemented | Closed) => outcome,
            _ => false,
        }
    }
}

view! {
    /// What was thought through before a change.
    Assessment<'a> of "change" at "/assessment" {
        /// Likelihood and impact of harm.
        risk: Option<At<'a>>,
        /// What it brings.
        benefit: Option<&'a str>,
        /// Whether it can be done.
        feasibility: Option<&'a str>,
        /// What it costs.
        financial: Option<&'a str>,
        /// What it does to other services.
        services: Option<&'a str>,
        /// What it does to customers.
        customers: Option<&'a str>,
        /// What it does to policies and plans.
        policies_plans: Option<&'a str>,
        /// What it does to capacity.
        capacity: Option<&'a str>,
        /// What it does to availability.
        availability: Option<&'a str>,
        /// What it does to continuity.
        continuity: Option<&'a str>,
        /// What it does to security.
        security: Option<&'a str>,
    }
}

words! {
    /// How a test went.
    TestResult {
        /// Well.
        Pass = "pass",
        /// Not well.
        Fail = "fail",
        /// It could not be done beforehand.
        NotPossible = "not_possible",
    }
}

view! {
    /// How a change was tried.
    Test<'a> of "change" at "/test" {
        /// What is tried, and how.
        plan: Option<&'a str>,
        /// How it went.
        result: Option<TestResult>,
        /// Why it could not be done.
        reason: Option<&'a str>,
    }
}

view! {
    /// The way back.
    Rollback<'a> of "change" at "/rollback" {
        /// What to do.
        steps: Option<&'a str>,
        /// Whether it was tried.
        tested: Option<bool>,
        /// Why it was not.
        untested_reason: Option<&'a str>,
    }
}

view! {
    /// When a change was carried out.
    Actual<'a> of "change" at "/actual" {
        /// First moment.
        start: Option<When>,
        /// Last moment.
        end: Option<When>,
    }
}

view! {
    /// What went wrong, and what was done about it.
    Failure<'a> of "change" at "/failure" {
        /// What was found out.
        investigation: Option<&'a str>,
        /// When it was taken back.
        reversed_at: Option<When>,
        /// When it was put right.
        remedied_at: Option<When>,
    }
}

view! {
    /// The review afterwards.
    Pir<'a> of "change" at "/pir" {
        /// When.
        at: Option<Date>,
        /// Whether it did what it was meant to.
        effective: Option<bool>,
    }
}
