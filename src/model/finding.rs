//! What audits find (9.2).

use super::audit_programme::AuditKind;
use super::view::Ref;

words! {
    /// How much a finding matters, or a nonconformity.
    FindingGrade {
        /// A requirement fails as a whole.
        Major = "major",
        /// A single lapse.
        Minor = "minor",
        /// Advice.
        Observation = "observation",
        /// Something good.
        Positive = "positive",
    }
}

words! {
    /// Status of a finding.
    FindingStatus {
        /// Told.
        Open = "open",
        /// Being put right.
        InTreatment = "in_treatment",
        /// Put right.
        Resolved = "resolved",
        /// Accepted by the auditor.
        Closed = "closed",
    }
}

kinds! {
    /// A nonconformity.
    NonconformityKind = ["nonconformity"];
}

view! {
    /// One result of an audit.
    AuditFinding<'a> of "finding" at "" {
        /// Status.
        status: Option<FindingStatus>,
        /// The audit that found it.
        audit: Option<Ref<'a, AuditKind>>,
        /// How much it matters.
        grade: Option<FindingGrade>,
        /// The nonconformity that treats it.
        nonconformity: Option<Ref<'a, NonconformityKind>>,
    }
}
