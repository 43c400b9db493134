//! Contracts and OLAs alike: what stands behind a promise to a customer (8.3.4).

use jiff::civil::Date;

use super::contract::{Contract, Ola};
use super::record::Record;
use super::sla::{Clock, SlaHours, SlaTarget};
use super::sms::{Ix, Sms};
use super::view::{At, Ref};
use super::words::CalendarKind;

/// A contract or an OLA.
#[derive(Debug, Clone, Copy)]
pub enum Support<'a> {
    /// With an external supplier.
    Contract(Contract<'a>),
    /// With an internal supplier or a customer.
    Ola(Ola<'a>),
}

impl<'a> Support<'a> {
    /// The contract or OLA at `ix`, when it is one.
    #[must_use]
    pub fn find(sms: &'a Sms<'_>, ix: Ix) -> Option<Self> {
        sms.view(ix).map(Self::Contract).or_else(|| sms.view(ix).map(Self::Ola))
    }

    /// Its record.
    #[must_use]
    pub fn record(self) -> &'a Record<'a> {
        match self {
            Self::Contract(contract) => contract.0.record,
            Self::Ola(ola) => ola.0.record,
        }
    }

    /// What it promises.
    #[must_use]
    pub fn targets(self) -> Vec<SlaTarget<'a>> {
        let rows: Vec<At<'a>> = match self {
            Self::Contract(contract) => contract.targets(),
            Self::Ola(ola) => ola.targets(),
        };
        rows.into_iter().map(SlaTarget).collect()
    }

    /// The calendar of a clock, when the clock is bound to one.
    #[must_use]
    pub fn calendar(self, clock: Clock) -> Option<Ref<'a, CalendarKind>> {
        let hours = match self {
            Self::Contract(contract) => contract.hours(),
            Self::Ola(ola) => ola.hours(),
        };
        let hours = SlaHours(hours?);
        match clock {
            Clock::Always => None,
            Clock::ServiceHours => hours.service(),
            Clock::SupportHours => hours.support(),
        }
    }

    /// Whether it binds both sides on `day`.
    #[must_use]
    pub fn is_in_force(self, day: Date) -> bool {
        let (status, start, end) = match self {
            Self::Contract(contract) => (contract.status(), contract.start(), contract.end()),
            Self::Ola(ola) => (ola.status(), ola.start(), ola.end()),
        };
        let binds = status.is_some_and(super::contract::ContractStatus::is_in_force);
        binds && start.is_none_or(|start| start <= day) && end.is_none_or(|end| end >= day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::date::parse_date;
    use crate::model::fixture::records;

    #[test]
    fn contracts_and_olas_read_alike() {
        let body = "
            status: in_force
            start: '2026-01-01'
            end: '2026-12-31'
            hours: {service: cal-a, support: cal-b}
            targets: [{id: up, metric: availability, operator: '>=', value: 99.9, window: year, clock: support_hours}]";
        records(&format!("== contract ctr-a{body}\n== ola ola-a{body}\n== ci ci-a"), |sms| {
            for id in ["ctr-a", "ola-a"] {
                let support = Support::find(sms, sms.find(id).unwrap()).unwrap();
                assert_eq!(support.record().id.as_str(), id);
                let target = support.targets()[0];
                assert_eq!(target.availability().unwrap().text(2), "99.9");
                assert_eq!(support.calendar(target.clock().unwrap()).unwrap().id, "cal-b");
                assert_eq!(support.calendar(Clock::ServiceHours).unwrap().id, "cal-a");
                assert!(support.calendar(Clock::Always).is_none());
                let held = ["2025-12-31", "2026-01-01", "2026-12-31", "2027-01-01"];
                let held = held.map(|day| support.is_in_force(parse_date(day).unwrap()));
                assert_eq!(held, [false, true, true, false]);
            }
            assert!(Support::find(sms, sms.find("ci-a").unwrap()).is_none());
        });
    }
}
