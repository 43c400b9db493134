//! Budgets and what was spent (8.4.1).

use super::view::Ref;
use super::words::ServiceKind;
use crate::base::exact::Exact;

words! {
    /// Status of a budget.
    BudgetStatus {
        /// Being written.
        Draft = "draft",
        /// Being looked at.
        InReview = "in_review",
        /// Decided; money is spent by it.
        Active = "active",
        /// Its time is over.
        Closed = "closed",
        /// Dropped.
        Withdrawn = "withdrawn",
    }
}

view! {
    /// What services may cost in a period.
    Budget<'a> of "budget" at "" {
        /// Status.
        status: Option<BudgetStatus>,
        /// The period.
        period: Option<&'a str>,
        /// The currency of all its amounts.
        currency: Option<&'a str>,
        /// The lines.
        lines: Vec<BudgetLine<'a>>,
        /// Their sum.
        total: Option<Money<'a>>,
    }
}

words! {
    /// Whether a cost belongs to services or is shared.
    LineType {
        /// It belongs to the services that the line names.
        Direct = "direct",
        /// It is shared out.
        Indirect = "indirect",
    }
}

view! {
    /// A line of a budget.
    BudgetLine<'a> of "budget" at "/lines/*" {
        /// Its name.
        id: Option<&'a str>,
        /// Whether it belongs to services or is shared.
        r#type: Option<LineType>,
        /// The services that it belongs to.
        services: Vec<Ref<'a, ServiceKind>>,
        /// What may be spent.
        planned: Option<Money<'a>>,
        /// What that is made of.
        parts: Vec<BudgetPart<'a>>,
        /// How it is shared out.
        allocation: Vec<Allocation<'a>>,
    }
}

view! {
    /// A part of a line.
    BudgetPart<'a> of "budget" at "/lines/*/parts/*" {
        /// What may be spent.
        planned: Option<Money<'a>>,
    }
}

view! {
    /// The share of a service in a line.
    Allocation<'a> of "budget" at "/lines/*/allocation/*" {
        /// Its share of 1.
        key: Option<Exact>,
    }
}

view! {
    /// An amount.
    Money<'a> of "budget" at "/total" {
        /// How much.
        amount: Option<Exact>,
        /// Of what.
        currency: Option<&'a str>,
    }
}

words! {
    /// Status of a cost report.
    CostReportStatus {
        /// Being written.
        Draft = "draft",
        /// Told.
        Reported = "reported",
        /// Talked over.
        Reviewed = "reviewed",
    }
}

view! {
    /// What was spent in a period.
    CostReport<'a> of "cost_report" at "" {
        /// Status.
        status: Option<CostReportStatus>,
        /// The lines.
        lines: Vec<CostLine<'a>>,
        /// Their sum.
        total: Option<CostLine<'a>>,
        /// Why it was more or less than planned.
        variances: Vec<Variance<'a>>,
    }
}

view! {
    /// What was spent under a line of the budget.
    CostLine<'a> of "cost_report" at "/lines/*" {
        /// The line.
        line: Option<&'a str>,
        /// What might be spent.
        planned: Option<Money<'a>>,
        /// What was spent.
        actual: Option<Money<'a>>,
    }
}

view! {
    /// Why it was more or less than planned.
    Variance<'a> of "cost_report" at "/variances/*" {
        /// The line, or `total`.
        line: Option<&'a str>,
        /// Why.
        explanation: Option<&'a str>,
    }
}
