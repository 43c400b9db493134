use std::collections::BTreeMap;

use super::rule::{Check, Report, Rule};
use crate::base::duration::Duration;
use crate::base::span::Span;
use crate::base::text;
use crate::model::Ix;
use crate::model::ci::{Ci, CiRecovery};
use crate::model::service::{Service, ServiceRecovery};

rule! {
    /// More data may be lost than was promised, because copies are made too seldom.
    ///
    /// What may be lost of an item is the time between two copies and the time until a copy is safe in another place; of
    /// backups and copies of the log the better one counts. It must not exceed what the item may lose, nor what a service
    /// may lose in whose chain it stands, redundant or not: a second copy of bad data does not help.
    ///
    /// ```yaml,bad
    /// # sms/service/svc-mail.yaml
    /// {kind: service, id: svc-mail, status: live, recovery: {rpo: 1h}, relations: [ci-db]}
    /// # sms/ci/ci-db.yaml
    /// {kind: ci, id: ci-db, status: live, recovery: {backup_interval: 24h, backup_delay: 2h}}
    /// ```
    ///
    /// ```yaml,good
    /// # sms/service/svc-mail.yaml
    /// {kind: service, id: svc-mail, status: live, recovery: {rpo: 1h}, relations: [ci-db]}
    /// # sms/ci/ci-db.yaml
    /// {kind: ci, id: ci-db, status: live, recovery: {backup_interval: 24h, backup_delay: 2h, log_interval: 15m}}
    /// ```
    ///
    /// Make copies more often or copy the log in between, or agree that more may be lost.
    RpoBackup = "rpo-backup", Error, clauses: ["8.7.2"], kinds: ["service", "ci"];
}

const HELP: &str = "make copies more often or copy the log in between, or agree that more may be lost";

/// What may be lost of an item, and the field that decides it; none when nothing is said of copies.
fn loss(recovery: CiRecovery<'_>) -> Option<(Duration, &'static str)> {
    let sum = |interval: Option<Duration>, delay: Option<Duration>| {
        let seconds = interval?.seconds().saturating_add(delay.map_or(0, Duration::seconds));
        Some(Duration::from_seconds(seconds))
    };
    let backup = sum(recovery.backup_interval(), recovery.backup_delay()).map(|loss| (loss, "backup_interval"));
    let log = sum(recovery.log_interval(), recovery.log_delay()).map(|loss| (loss, "log_interval"));
    [backup, log].into_iter().flatten().min_by_key(|(loss, _)| *loss)
}

fn message(item: &str, loss: Duration, who: &[String]) -> String {
    let verb = if who.len() == 1 { "allows" } else { "allow" };
    format!("up to {loss} of the data of '{item}' may be lost, more than {} {verb}", text::and(who))
}

impl Rule for RpoBackup {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        // Who cannot do without an item, with what may be lost and where that stands.
        let mut needed: BTreeMap<Ix, Vec<(String, Duration, Span)>> = BTreeMap::new();
        for service in cx.sms.all::<Service<'_>>().filter(|service| service.is_in_use()) {
            let promised = service.recovery().and_then(|recovery| Some((recovery, recovery.rpo()?)));
            let Some((recovery, rpo)): Option<(ServiceRecovery<'_>, Duration)> = promised else { continue };
            let id = service.0.record.id.as_str();
            for part in cx.graph.chain(id).iter().flat_map(|chain| &chain.nodes).filter_map(|needs| needs.node.record) {
                let entry = (format!("'{id}' ({rpo})"), rpo, recovery.0.field_span("rpo"));
                needed.entry(part).or_default().push(entry);
            }
        }
        for (ix, record) in cx.sms.of_kind("ci") {
            let Some(ci) = cx.sms.view::<Ci<'_>>(ix).filter(|ci| ci.is_in_use()) else { continue };
            let Some((recovery, (loss, field))) = ci.recovery().and_then(|it| Some((it, loss(it)?))) else { continue };
            let mut limits = needed.remove(&ix).unwrap_or_default();
            limits.extend(recovery.rpo().map(|rpo| (format!("it itself ({rpo})"), rpo, recovery.0.field_span("rpo"))));
            limits.retain(|(_, rpo, _)| *rpo < loss);
            if limits.is_empty() {
                continue;
            }
            let names: Vec<String> = limits.iter().map(|(name, _, _)| name.clone()).collect();
            let message = message(record.id.as_str(), loss, &names);
            let draft = out.at(record, recovery.0.field_span(field), message).help(HELP);
            limits.into_iter().fold(draft, |draft, (_, _, span)| draft.related(span, "less may be lost here"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::check;

    #[test]
    fn the_better_copy_counts_and_one_item_is_told_once() {
        check(
            &RpoBackup,
            "
            # sms/service/svc-a.yaml
            {kind: service, id: svc-a, status: live, recovery: {rpo: 1h}, relations: [ci-a, ci-b]}
            # sms/service/svc-b.yaml
            {kind: service, id: svc-b, status: live, recovery: {rpo: 5m}, relations: [svc-a]}
            # sms/service/svc-c.yaml
            {kind: service, id: svc-c, status: live, recovery: {rpo: 1m}, relations: [{type: depends_on, to: ci-a, strength: soft}]}
            # sms/ci/ci-a.yaml
            {kind: ci, id: ci-a, status: live, recovery: {rpo: 2h, backup_interval: 1h, backup_delay: 1m}}
            #                                                                       ^^ up to 1h 1m of the data of 'ci-a' may be lost, more than 'svc-a' (1h) and 'svc-b' (5m) allow
            # sms/ci/ci-b.yaml
            {kind: ci, id: ci-b, status: live, recovery: {rpo: 3m, backup_interval: 24h, log_interval: 0m, log_delay: 4m}}
            #                                                                                          ^^ up to 4m of the data of 'ci-b' may be lost, more than it itself (3m) allows
            # sms/ci/ci-c.yaml
            {kind: ci, id: ci-c, status: live, recovery: {rpo: 3m}}
            ",
        );
    }
}
