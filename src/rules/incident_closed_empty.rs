use super::rule::{Check, Report, Rule};
use crate::base::text;
use crate::model::Record;
use crate::model::incident::Incident;

rule! {
    /// An incident is resolved, and nobody can read what was done.
    ///
    /// The next one with the same trouble looks here, and so does whoever seeks the cause. A resolved incident has a
    /// `resolution` that says what brought the service back, and a `timeline` with at least one entry. That a field is
    /// missing altogether is the matter of `state-incomplete`; an order of times that cannot be that of `date-order`.
    ///
    /// ```yaml,bad
    /// # sms/incident/inc-mail.yaml
    /// kind: incident
    /// id: inc-mail
    /// status: closed
    /// timeline: []
    /// resolution: Works again.
    /// ```
    ///
    /// ```yaml,good
    /// # sms/incident/inc-mail.yaml
    /// kind: incident
    /// id: inc-mail
    /// status: closed
    /// timeline: [{at: 2026-11-18T11:30:00Z, by: ann, action: The queue was full; it was emptied by hand.}]
    /// resolution: The queue was emptied and its limit doubled.
    /// ```
    ///
    /// Write down from notes and logs what was seen and done, and what brought the service back.
    IncidentClosedEmpty = "incident-closed-empty", Error, clauses: ["8.6.1"], kinds: ["incident"];
}

fn no_timeline(incident: &Record<'_>) -> String {
    format!("the incident '{}' is {} and its timeline is empty", incident.id, incident.status().unwrap_or("resolved"))
}

fn no_resolution(incident: &Record<'_>) -> String {
    let state = incident.status().unwrap_or("resolved");
    format!("the incident '{}' is {state} and does not say what brought the service back", incident.id)
}

const HELP_TIMELINE: &str = "write down from notes and logs what was seen and done, with its times";
const HELP_RESOLUTION: &str = "write in `resolution` what brought the service back";

impl Rule for IncidentClosedEmpty {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        for incident in cx.sms.all::<Incident<'_>>().filter(|incident| incident.is_resolved()) {
            let record = incident.0.record;
            if record.get("timeline").is_some_and(crate::yaml::Node::is_blank) {
                out.field(record, "timeline", no_timeline(record)).help(HELP_TIMELINE);
            }
            if record.text("resolution").is_some_and(text::says_no_how) {
                out.field(record, "resolution", no_resolution(record)).help(HELP_RESOLUTION);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::check;

    #[test]
    fn words_that_say_nothing_and_empty_timelines_are_told() {
        check(
            &IncidentClosedEmpty,
            "
            # sms/incident/a.yaml
            {kind: incident, id: a, status: resolved, timeline: [], resolution: Resolved.}
            #                                         ^^^^^^^^ the incident 'a' is resolved and its timeline is empty
            #                                                                   ^^^^^^^^^ the incident 'a' is resolved and does not say
            # sms/incident/b.yaml
            {kind: incident, id: b, status: closed, timeline: [{action: x}], resolution: n/a}
            #                                                                            ^^^ 'b' is closed and does not say
            ",
        );
    }

    #[test]
    fn short_words_that_say_how_pass_and_open_incidents_are_not_judged() {
        check(
            &IncidentClosedEmpty,
            "
            # sms/incident/a.yaml
            {kind: incident, id: a, status: closed, timeline: [{action: x}], resolution: Restarted}
            # sms/incident/b.yaml
            {kind: incident, id: b, status: in_progress, timeline: [], resolution: tbd}
            # sms/incident/c.yaml
            {kind: incident, id: c, status: closed}
            ",
        );
    }
}
