//! Tests of continuity plans (8.7.2).

use jiff::civil::Date;

use crate::base::duration::Duration;

words! {
    /// Status of a test.
    TestStatus {
        /// To be held.
        Planned = "planned",
        /// Held.
        Executed = "executed",
        /// Looked back on.
        Reviewed = "reviewed",
        /// All that it showed is dealt with.
        Closed = "closed",
        /// Called off.
        Cancelled = "cancelled",
    }
}

words! {
    /// How a test went.
    ContinuityResult {
        /// Well.
        Passed = "passed",
        /// Well, with something to mend.
        PassedWithDeficiencies = "passed_with_deficiencies",
        /// Not well.
        Failed = "failed",
    }
}

view! {
    /// A test of a continuity plan.
    ContinuityTest<'a> of "continuity_test" at "" {
        /// Status.
        status: Option<TestStatus>,
        /// The plan.
        plan: Option<&'a str>,
        /// The day on which it is to be held.
        planned: Option<Date>,
        /// The day on which it was held.
        date: Option<Date>,
        /// The services that were tried; none says all of the plan.
        services: Vec<&'a str>,
        /// The change that made it needed.
        after_change: Option<&'a str>,
        /// How fast and how far things came back.
        achieved: Option<Achieved<'a>>,
        /// How it went.
        result: Option<ContinuityResult>,
        /// What was not right.
        deficiencies: Vec<Deficiency<'a>>,
    }
}

view! {
    /// How fast and how far things came back.
    Achieved<'a> of "continuity_test" at "/achieved" {
        /// Time until they worked.
        rto: Option<Duration>,
        /// Time whose data was lost.
        rpo: Option<Duration>,
    }
}

view! {
    /// Something that was not right.
    Deficiency<'a> of "continuity_test" at "/deficiencies/*" {
        /// What is done about it.
        action: Option<&'a str>,
        /// The day on which it was put right.
        mended_on: Option<Date>,
    }
}

view! {
    /// A day on which a plan was called out.
    Invocation<'a> of "invocation" at "" {
        /// The plan.
        plan: Option<&'a str>,
        /// How fast and how far things came back.
        achieved: Option<Achieved<'a>>,
        /// The look back, once there was one.
        lookback: Option<Lookback<'a>>,
    }
}

view! {
    /// The look back on a day on which a plan was called out.
    Lookback<'a> of "invocation" at "/lookback" {
        /// What follows from it.
        actions: Vec<&'a str>,
    }
}

impl ContinuityTest<'_> {
    /// The day on which it was held, when it was.
    #[must_use]
    pub fn held_on(self) -> Option<Date> {
        let held = matches!(self.status(), Some(TestStatus::Executed | TestStatus::Reviewed | TestStatus::Closed));
        self.date().filter(|_| held)
    }
}
