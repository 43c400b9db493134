//! What hangs on services: agreements and customers.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::Sms;
use crate::model::service::Service;
use crate::model::sla::{Sla, SlaStatus};

/// What hangs on a service.
#[derive(Default)]
pub(super) struct Promised<'s> {
    /// The agreements that are not over, by id.
    pub(super) slas: BTreeSet<&'s str>,
    /// Who gets it, by id.
    pub(super) customers: BTreeSet<&'s str>,
}

/// The agreements that are not over, and the customers, of each service.
pub(super) fn promised<'s>(sms: &'s Sms<'_>) -> BTreeMap<&'s str, Promised<'s>> {
    let mut promised: BTreeMap<&str, Promised<'_>> = BTreeMap::new();
    for service in sms.all::<Service<'_>>() {
        let of = promised.entry(service.0.record.id.as_str()).or_default();
        of.customers.extend(service.customers().iter().map(|customer| sms.id_now(customer.id)));
    }
    for sla in sms.all::<Sla<'_>>() {
        let over = matches!(sla.status(), Some(SlaStatus::Expired | SlaStatus::Terminated));
        let Some(service) = sla.service().filter(|_| !over) else { continue };
        let of = promised.entry(sms.id_now(service.id)).or_default();
        of.slas.insert(sla.0.record.id.as_str());
        of.customers.extend(sla.customer().map(|customer| sms.id_now(customer.id)));
    }
    promised
}
