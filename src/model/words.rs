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
    /// A type of configuration item.
    CiTypeKind = ["ci_type"];
}
