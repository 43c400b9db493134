//! Obligations (4.2, 6.3).

use super::view::Ref;

words! {
    /// Status of an obligation.
    ObligationStatus {
        /// Seen coming.
        Noticed = "noticed",
        /// Binds us.
        InForce = "in_force",
        /// Does not concern us.
        NotApplicable = "not_applicable",
        /// Binds us no more.
        Ended = "ended",
    }
}

kinds! {
    /// What can take care of an obligation.
    CareKind = [
        "process", "service", "contract", "ola", "sla", "policy", "procedure", "control", "service_requirement",
        "continuity_plan", "report_definition"
    ];
}

view! {
    /// Something that binds the organisation.
    Obligation<'a> of "obligation" at "" {
        /// Status.
        status: Option<ObligationStatus>,
        /// What takes care of it.
        mapped_to: Vec<Ref<'a, CareKind>>,
    }
}
