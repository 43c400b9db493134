//! Contracts with external suppliers, and OLAs with internal ones.

use jiff::civil::Date;

use super::view::{At, Ref};
use super::words::{Owner, SlaKind, SupplierKind};

words! {
    /// Status of a contract or OLA.
    ContractStatus {
        /// Being written.
        Draft = "draft",
        /// Signed, not yet in force.
        Signed = "signed",
        /// In force.
        InForce = "in_force",
        /// In force, and its end is near.
        Expiring = "expiring",
        /// Ran out.
        Expired = "expired",
        /// Ended early.
        Terminated = "terminated",
        /// Followed by another.
        Renewed = "renewed",
    }
}

impl ContractStatus {
    /// Whether it binds both sides.
    #[must_use]
    pub const fn is_in_force(self) -> bool {
        matches!(self, Self::InForce | Self::Expiring)
    }
}

view! {
    /// A contract with an external supplier (8.3.4.1).
    Contract<'a> of "contract" at "" {
        /// Status.
        status: Option<ContractStatus>,
        /// With whom.
        supplier: Option<Ref<'a, SupplierKind>>,
        /// First day.
        start: Option<Date>,
        /// Last day.
        end: Option<Date>,
        /// What is delivered.
        scope: Vec<&'a str>,
        /// What it must fulfil.
        requirements: Vec<&'a str>,
        /// Service targets.
        targets: Vec<At<'a>>,
        /// When it is delivered and when people answer.
        hours: Option<At<'a>>,
        /// Obligations in place of targets.
        other_obligations: Vec<&'a str>,
        /// Who answers for it on our side.
        owner: Option<Ref<'a, Owner>>,
        /// Who does what.
        responsibilities: Option<Responsibilities<'a>>,
        /// The SLAs that rest on it.
        supports: Vec<Ref<'a, SlaKind>>,
        /// What was decided about the time after its end.
        renewal: Option<Renewal<'a>>,
        /// What was altered since it was signed.
        amendments: Vec<Amendment<'a>>,
    }
}

words! {
    /// What follows after the end of a contract.
    RenewalDecision {
        /// Another one with the same party.
        Renew = "renew",
        /// Another party.
        Replace = "replace",
        /// Nothing.
        End = "end",
    }
}

view! {
    /// What was decided about the time after the end of a contract.
    Renewal<'a> of "contract" at "/renewal" {
        /// What follows.
        decision: Option<RenewalDecision>,
    }
}

view! {
    /// Something that was altered in a contract after it was signed.
    Amendment<'a> of "contract" at "/amendments/*" {
        /// The day from which it holds.
        on: Option<Date>,
        /// The change that carries it.
        change: Option<Ref<'a, ChangeKind>>,
    }
}

view! {
    /// Who does what under a contract.
    Responsibilities<'a> of "contract" at "/responsibilities" {
        /// Our part.
        ours: Vec<&'a str>,
        /// The supplier's part.
        theirs: Vec<&'a str>,
    }
}

kinds! {
    /// A change.
    ChangeKind = ["change"];
    /// Whoever provides under an OLA.
    Provider = ["team", "supplier"];
}

view! {
    /// An agreement with an internal supplier or a customer who delivers (8.3.4.2).
    Ola<'a> of "ola" at "" {
        /// Status.
        status: Option<ContractStatus>,
        /// Who delivers.
        provider: Option<Ref<'a, Provider>>,
        /// First day.
        start: Option<Date>,
        /// Last day.
        end: Option<Date>,
        /// Service targets.
        targets: Vec<At<'a>>,
        /// When it is delivered and when people answer.
        hours: Option<At<'a>>,
        /// The SLAs that rest on it.
        supports: Vec<Ref<'a, SlaKind>>,
    }
}
