//! Words and sets of kinds that several views share.

words! {
    /// How much harm the loss of something does; later is more.
    Criticality {
        /// Little.
        Low = "low",
        /// Some.
        Medium = "medium",
        /// Much.
        High = "high",
        /// The organisation or its customers cannot do without.
        Vital = "vital",
    }
}

kinds! {
    /// Whoever can answer for a record.
    Owner = ["person", "team", "role"];
    /// A person.
    PersonKind = ["person"];
    /// A role.
    RoleKind = ["role"];
    /// A service.
    ServiceKind = ["service"];
    /// A customer.
    CustomerKind = ["customer"];
    /// A supplier.
    SupplierKind = ["supplier"];
    /// A service level agreement.
    SlaKind = ["sla"];
    /// A calendar.
    CalendarKind = ["calendar"];
    /// A maintenance window.
    MaintenanceWindowKind = ["maintenance_window"];
    /// A type of configuration item.
    CiTypeKind = ["ci_type"];
    /// A change or a release.
    ConflictKind = ["change", "release"];
    /// A change.
    ChangeKind = ["change"];
    /// A change model.
    ChangeModelKind = ["change_model"];
    /// A configuration item.
    CiKind = ["ci"];
    /// An incident.
    IncidentKind = ["incident"];
    /// A problem.
    ProblemKind = ["problem"];
    /// A release.
    ReleaseKind = ["release"];
    /// What may have caused an incident.
    CauseKind = ["change", "problem"];
    /// What a release can fix.
    FixableKind = ["problem", "known_error"];
    /// What may be at fault in an incident, or suffer from it.
    IncidentItemKind = ["ci", "service", "contract", "ola", "supplier"];
    /// A known error.
    KnownErrorKind = ["known_error"];
    /// How releases are handled.
    ReleaseTypeKind = ["release_type"];
    /// A risk.
    RiskKind = ["risk"];
    /// A request model.
    RequestModelKind = ["request_model"];
}
