//! Programmes of audits (9.2).

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::audit::{Audit, AuditStatus, Coverage};
use super::sms::{Ix, Sms};
use super::view::Ref;

words! {
    /// Status of a programme.
    ProgrammeStatus {
        /// Being written.
        Draft = "draft",
        /// Being carried out.
        Active = "active",
        /// Over.
        Closed = "closed",
    }
}

kinds! {
    /// An audit.
    AuditKind = ["audit"];
}

view! {
    /// Which parts of the system are audited when.
    AuditProgramme<'a> of "audit_programme" at "" {
        /// Status.
        status: Option<ProgrammeStatus>,
        /// Its time.
        cycle: Option<Cycle<'a>>,
        /// Its audits.
        audits: Vec<ProgrammeEntry<'a>>,
    }
}

view! {
    /// The time of a programme.
    Cycle<'a> of "audit_programme" at "/cycle" {
        /// First day.
        start: Option<Date>,
        /// Last day.
        end: Option<Date>,
    }
}

view! {
    /// An audit of a programme.
    ProgrammeEntry<'a> of "audit_programme" at "/audits/*" {
        /// Its short name.
        id: Option<&'a str>,
        /// The record of the audit, once there is one.
        audit: Option<Ref<'a, AuditKind>>,
        /// The day by which it is held.
        planned: Option<Date>,
    }
}

impl<'a> AuditProgramme<'a> {
    /// The programmes that are being carried out, by id.
    pub fn active(sms: &'a Sms<'_>) -> impl Iterator<Item = Self> {
        sms.all::<Self>().filter(|programme| programme.status() == Some(ProgrammeStatus::Active))
    }

    /// Whether its cycle holds `day`.
    #[must_use]
    pub fn is_running_on(self, day: Date) -> bool {
        let cycle = self.cycle().and_then(|cycle| Some((cycle.start()?, cycle.end()?)));
        cycle.is_some_and(|(start, end)| start <= day && day <= end)
    }
}

impl<'a> ProgrammeEntry<'a> {
    /// What it looks at.
    #[must_use]
    pub fn coverage(self) -> Coverage<'a> {
        Coverage(self.0)
    }

    /// The audits that carry it out: the one it names, and those of `audits` that name it.
    #[must_use]
    pub fn audits(self, sms: &'a Sms<'_>, audits: &AuditsByEntry<'a>) -> Vec<Audit<'a>> {
        let named = self.audit().and_then(|audit| sms.view::<Audit<'_>>(sms.find(audit.id)?));
        let programme = sms.find(self.0.record.id.as_str());
        let key = programme.and_then(|programme| Some((programme, self.id()?)));
        let naming = key.and_then(|key| audits.get(&key)).map(Vec::as_slice).unwrap_or_default();
        let same = |audit: &Audit<'_>| named.is_some_and(|named| std::ptr::eq(named.0.record, audit.0.record));
        named.into_iter().chain(naming.iter().copied().filter(|audit| !same(audit))).collect()
    }
}

/// Audits by the programme and the entry that they name.
pub type AuditsByEntry<'a> = BTreeMap<(Ix, &'a str), Vec<Audit<'a>>>;

/// Audits by the programme and the entry that they name; an audit without an entry stands under an empty one.
#[must_use]
pub fn audits_by_entry<'a>(sms: &'a Sms<'_>) -> AuditsByEntry<'a> {
    let mut audits = AuditsByEntry::new();
    for audit in sms.all::<Audit<'_>>() {
        if let Some(programme) = audit.programme().and_then(|programme| sms.find(programme.id)) {
            audits.entry((programme, audit.programme_entry().unwrap_or_default())).or_default().push(audit);
        }
    }
    audits
}

impl Audit<'_> {
    /// Whether it was called off.
    #[must_use]
    pub fn is_cancelled(self) -> bool {
        self.status() == Some(AuditStatus::Cancelled)
    }

    /// Whether it has begun or is over.
    #[must_use]
    pub fn has_begun(self) -> bool {
        self.status().is_some_and(|status| status == AuditStatus::InProgress || status.is_reported())
    }
}
