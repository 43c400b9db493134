use super::rule::{Check, Report, Rule};
use crate::model::organisation::{Organisation, Scope, SmsRecord};

rule! {
    /// The scope does not name all that it must.
    ///
    /// A scope says which organisation delivers which services to which customers from which sites. Where one of the
    /// four is open, nobody can tell what is managed, and no certificate can be issued.
    ///
    /// ```yaml,bad
    /// # sms/sms/sms.yaml
    /// kind: sms
    /// id: sms
    /// organisation: {purpose: Runs services for ports}
    /// scope: {services: [svc-mail], customers: [cus-port], sites: [{name: Oslo, country: "NO"}]}
    /// ```
    ///
    /// ```yaml,good
    /// # sms/sms/sms.yaml
    /// kind: sms
    /// id: sms
    /// organisation: {name: Harbourline}
    /// scope: {services: [svc-mail], customers: [cus-port], sites: [{name: Oslo, country: "NO"}]}
    /// ```
    ///
    /// Add what is missing to the record `sms`.
    ScopeIncomplete = "scope-incomplete", Error, clauses: ["4.3"], kinds: ["sms"];
}

fn message(missing: &[(&str, &str)]) -> String {
    let words: Vec<&str> = missing.iter().map(|(word, _)| *word).collect();
    format!("the scope names no {}", words.join(", no "))
}

fn help(missing: &[(&str, &str)]) -> String {
    let fields: Vec<String> = missing.iter().map(|(_, field)| format!("`{field}`")).collect();
    format!("fill in {}", fields.join(", "))
}

/// What the scope does not name, in words and as fields.
fn missing(sms: SmsRecord<'_>) -> Vec<(&'static str, &'static str)> {
    let scope = sms.scope();
    let lacks = |named: fn(Scope<'_>) -> bool| scope.is_none_or(|scope| !named(scope));
    let parts = [
        (sms.organisation().and_then(Organisation::name).is_none(), ("organisation", "organisation.name")),
        (lacks(|scope| !scope.services().is_empty()), ("services", "scope.services")),
        (lacks(|scope| !scope.customers().is_empty()), ("customers", "scope.customers")),
        (lacks(|scope| !scope.sites().is_empty()), ("sites", "scope.sites")),
    ];
    parts.into_iter().filter_map(|(lacking, part)| lacking.then_some(part)).collect()
}

impl Rule for ScopeIncomplete {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        for sms in cx.sms.all::<SmsRecord<'_>>() {
            let missing = missing(sms);
            if !missing.is_empty() {
                out.field(sms.0.record, "scope", message(&missing)).help(help(&missing));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::{check, findings};

    #[test]
    fn all_that_is_missing_is_said_at_once() {
        let fixture = "
            # sms/sms/sms.yaml
            kind: sms
            id: sms
            scope:
            #^^^^^ the scope names no organisation, no customers, no sites
              services: [svc-a]
              sites: []
            ";
        check(&ScopeIncomplete, fixture);
        let help = findings(&ScopeIncomplete, fixture).remove(0).help;
        assert_eq!(help.as_deref(), Some("fill in `organisation.name`, `scope.customers`, `scope.sites`"));
    }

    #[test]
    fn a_record_without_a_scope_is_marked_at_its_id() {
        check(
            &ScopeIncomplete,
            "
            # sms/sms/sms.yaml
            kind: sms
            id: sms
            #   ^^^ no services, no customers, no sites
            organisation: {name: A}
            ",
        );
    }

    #[test]
    fn names_are_enough_here_even_when_they_lead_nowhere() {
        check(
            &ScopeIncomplete,
            "
            # sms/sms/sms.yaml
            {kind: sms, id: sms, organisation: {name: A}, scope: {services: [x], customers: [y], sites: [{}]}}
            ",
        );
    }
}
