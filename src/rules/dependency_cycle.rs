use super::rule::{Check, Report, Rule};
use crate::graph::Cycle;

rule! {
    /// Things that need each other in a circle, each so hard that it is down without the next.
    ///
    /// Such a circle cannot be started after an outage, and every part of it takes all the others down. Each set is
    /// told once, by the shortest way round. A redundancy group on the way breaks the circle, and so does a soft
    /// relation.
    ///
    /// ```yaml,bad
    /// # sms/ci/ci-dns.yaml
    /// kind: ci
    /// id: ci-dns
    /// status: live
    /// relations: [ci-directory]
    /// # sms/ci/ci-directory.yaml
    /// kind: ci
    /// id: ci-directory
    /// status: live
    /// relations: [ci-dns]
    /// ```
    ///
    /// ```yaml,good
    /// # sms/ci/ci-dns.yaml
    /// kind: ci
    /// id: ci-dns
    /// status: live
    /// relations: [{type: depends_on, to: ci-directory, strength: soft, note: Answers from its cache meanwhile.}]
    /// # sms/ci/ci-directory.yaml
    /// kind: ci
    /// id: ci-directory
    /// status: live
    /// relations: [ci-dns]
    /// ```
    ///
    /// Find the relation that is not as hard as written and make it soft, or take the circle apart.
    DependencyCycle = "dependency-cycle", Error, clauses: ["8.2.6"],
        kinds: ["service", "ci", "contract", "ola", "supplier"];
}

fn message(cycle: &Cycle<'_>) -> String {
    let round = cycle.nodes.iter().chain(cycle.nodes.first()).map(|node| node.id.as_str());
    let round = round.collect::<Vec<_>>().join(" → ");
    if cycle.size > cycle.nodes.len() {
        return format!("{} records need each other in circles, the shortest being {round}", cycle.size);
    }
    format!("hard dependencies form a circle: {round}")
}

const HELP: &str = "make the relation that is not so hard `strength: soft`, or take the circle apart";

impl Rule for DependencyCycle {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        for cycle in cx.graph.cycles() {
            let mut steps = cycle.nodes.iter().zip(&cycle.edges);
            let Some((holder, edge)) = steps.next() else { continue };
            let Some(record) = holder.record.map(|ix| cx.sms.record(ix)) else { continue };
            let draft = out.at(record, edge.span, message(&cycle)).help(HELP);
            steps.fold(draft, |draft, (node, edge)| draft.related(edge.span, format!("'{}' goes on here", node.id)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::{check, findings};

    const TRIANGLE: &str = "
            # sms/ci/ci-a.yaml
            {kind: ci, id: ci-a, status: live, relations: [{type: runs_on, to: ci-b}]}
            #                                                                  ^^^^ ci-a → ci-b → svc-c → ci-a
            # sms/ci/ci-b.yaml
            {kind: ci, id: ci-b, status: live, relations: [svc-c]}
            # sms/service/svc-c.yaml
            {kind: service, id: svc-c, status: live, relations: [ci-a]}
            ";

    #[test]
    fn a_circle_is_told_once_with_all_its_places() {
        check(&DependencyCycle, TRIANGLE);
        let related = &findings(&DependencyCycle, TRIANGLE)[0].related;
        let words: Vec<&str> = related.iter().map(|label| label.message.as_str()).collect();
        assert_eq!(words, ["'ci-b' goes on here", "'svc-c' goes on here"]);
    }

    #[test]
    fn of_circles_that_hang_together_the_shortest_is_shown() {
        check(
            &DependencyCycle,
            "
            # sms/ci/ci-a.yaml
            {kind: ci, id: ci-a, status: live, relations: [ci-b]}
            # sms/ci/ci-b.yaml
            {kind: ci, id: ci-b, status: live, relations: [ci-c]}
            #                                              ^^^^ 3 records need each other in circles, the shortest
            # sms/ci/ci-c.yaml
            {kind: ci, id: ci-c, status: live, relations: [ci-a, ci-b]}
            ",
        );
    }

    #[test]
    fn circles_that_only_a_redundancy_group_joins_are_told_apart() {
        check(
            &DependencyCycle,
            "
            # sms/ci/ci-a.yaml
            {kind: ci, id: ci-a, status: live, relations: [ci-b, ci-c, ci-e], redundancy: [{of: [ci-c, ci-e], min_up: 1}]}
            #                                              ^^^^ ci-a → ci-b → ci-a
            # sms/ci/ci-b.yaml
            {kind: ci, id: ci-b, status: live, relations: [ci-a]}
            # sms/ci/ci-c.yaml
            {kind: ci, id: ci-c, status: live, relations: [ci-d, ci-a, ci-e], redundancy: [{of: [ci-a, ci-e], min_up: 1}]}
            #                                              ^^^^ ci-c → ci-d → ci-c
            # sms/ci/ci-d.yaml
            {kind: ci, id: ci-d, status: live, relations: [ci-c]}
            # sms/ci/ci-e.yaml
            {kind: ci, id: ci-e, status: live}
            ",
        );
    }

    #[test]
    fn soft_relations_and_redundancy_break_a_circle() {
        check(
            &DependencyCycle,
            "
            # sms/ci/ci-a.yaml
            {kind: ci, id: ci-a, status: live, relations: [{type: depends_on, to: ci-b, strength: soft}]}
            # sms/ci/ci-b.yaml
            {kind: ci, id: ci-b, status: live, relations: [ci-a, ci-c]}
            # sms/ci/ci-c.yaml
            {kind: ci, id: ci-c, status: live, relations: [ci-b, ci-d], redundancy: [{of: [ci-b, ci-d], min_up: 1}]}
            # sms/ci/ci-d.yaml
            {kind: ci, id: ci-d, status: live}
            ",
        );
    }
}
