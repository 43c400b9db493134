//! Hidden common causes: what the members of a redundancy group share.

use std::collections::BTreeMap;

use petgraph::graph::NodeIndex;

use super::Graph;
use super::node::Node;
use super::single_point::Scratch;
use crate::base::span::offset;

/// A node whose failure alone takes a whole redundancy group down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommonCause<'g> {
    /// Whose group it is.
    pub holder: &'g Node,
    /// The place of the group among the groups of the holder, as they are written.
    pub place: usize,
    /// The members of the group, by id.
    pub members: Vec<&'g Node>,
    /// The node that they share. It may be a member itself: then the others are no reserve for it.
    pub node: &'g Node,
    /// The members that fall with it, by id.
    pub lost: Vec<&'g Node>,
}

impl Graph {
    /// What takes down enough members of a redundancy group that the group falls, for every group of a holder that
    /// `matters` which could spare a member; by holder, group and node.
    ///
    /// Only the nearest causes are told: those that are still shared when what is shared nearer to the members is looked
    /// away from. A switch on which both members hang is told, and not the room of the switch, unless the members stand
    /// in that room themselves: whoever mends the switch has still the room to think of. Of nodes that fall together the
    /// first by id stands for all. A node that the holder needs directly is told when the members share it too.
    ///
    /// Takes one walk down from the members of each group, which ends where they meet.
    #[must_use]
    pub fn common_causes(&self, matters: impl Fn(&Node) -> bool) -> Vec<CommonCause<'_>> {
        let mut causes = Vec::new();
        let mut fallen = Fallen::new(self);
        for group in &self.falls().groups {
            let holder = self.numbered(group.holder);
            if group.shared.is_empty() || !matters(holder) {
                continue;
            }
            let place = self.groups[group.holder as usize][group.group as usize].place as usize;
            let members = self.members(group.holder, group.group);
            for (node, lost) in &group.shared {
                let all = lost.len() == group.members.len();
                let lost = if all { lost.clone() } else { fallen.among(*node, &group.members) };
                let lost = self.by_id(lost.into_iter());
                causes.push(CommonCause { holder, place, members: members.clone(), node: self.numbered(*node), lost });
            }
        }
        causes.sort_by(|a, b| (&a.holder.id, a.place, &a.node.id).cmp(&(&b.holder.id, b.place, &b.node.id)));
        causes
    }

    /// All members of a group, by id.
    fn members(&self, holder: u32, group: u32) -> Vec<&Node> {
        let inputs = self.inputs[holder as usize].iter().filter(|input| input.group == Some(group));
        let mut members = self.by_id(inputs.map(|input| offset(input.from.index())));
        members.dedup();
        members
    }

    fn by_id(&self, numbers: impl Iterator<Item = u32>) -> Vec<&Node> {
        let mut nodes: Vec<&Node> = numbers.map(|number| self.numbered(number)).collect();
        nodes.sort_by(|a, b| a.id.cmp(&b.id));
        nodes
    }
}

/// What falls with a node, kept for the next question about it.
struct Fallen<'g> {
    graph: &'g Graph,
    scratch: Scratch,
    everything: Vec<bool>,
    /// For each node asked about, what falls with it, by number.
    known: BTreeMap<u32, Vec<u32>>,
}

impl<'g> Fallen<'g> {
    fn new(graph: &'g Graph) -> Self {
        let (scratch, everything) = (Scratch::new(graph), vec![true; graph.inner.node_count()]);
        Self { graph, scratch, everything, known: BTreeMap::new() }
    }

    /// Those of `members` that fall with `node`.
    fn among(&mut self, node: u32, members: &[u32]) -> Vec<u32> {
        let fallen = self.known.entry(node).or_insert_with(|| {
            let mut fallen = vec![node];
            let start = NodeIndex::new(node as usize);
            self.graph.take_down(start, &self.everything, &mut self.scratch, |at| fallen.push(offset(at.index())));
            fallen.sort_unstable();
            fallen
        });
        members.iter().copied().filter(|member| fallen.binary_search(member).is_ok()).collect()
    }
}

#[cfg(test)]
mod tests {
    use crate::graph::NodeKind;
    use crate::graph::fixture::graph;

    /// Every common cause: holder and place of the group, the node, and the members that fall.
    fn causes(text: &str) -> Vec<String> {
        let graph = graph(text);
        let told = graph.common_causes(|_| true).into_iter().map(|cause| {
            let lost: Vec<&str> = cause.lost.iter().map(|node| node.id.as_str()).collect();
            format!("{}/{}: {} fells {}", cause.holder.id, cause.place, cause.node.id, lost.join(" "))
        });
        told.collect()
    }

    /// A service on a pair, each of which can stand in for the other.
    const PAIR: &str = "
            == service svc-a
            relations: [{type: runs_on, to: ci-x}, {type: runs_on, to: ci-y}]
            redundancy: [{of: runs_on, min_up: 1}]
";

    #[test]
    fn what_both_members_need_is_found_at_any_depth_and_of_any_kind() {
        let deep = "
            == ci ci-x
            relations: [ci-rack-x]
            == ci ci-rack-x
            relations: [{type: supplied_by, to: ctr-power}]
            == ci ci-y
            relations: [{type: supplied_by, to: ctr-power}]
            == contract ctr-power";
        assert_eq!(causes(&format!("{PAIR}{deep}")), ["svc-a/0: ctr-power fells ci-x ci-y"]);
        assert!(causes(&format!("{PAIR}== ci ci-x\nrelations: [ci-a]\n== ci ci-y\nrelations: [ci-b]\n")).is_empty());
    }

    #[test]
    fn only_the_nearest_is_told_and_what_is_shared_beside_it() {
        let text = |own: &str| {
            format!(
                "{PAIR}
            == ci ci-x
            relations: [ci-switch]
            == ci ci-y
            relations: [ci-switch{own}]
            == ci ci-switch
            relations: [ci-room]
            == ci ci-room
            relations: [ci-site]
            == ci ci-site"
            )
        };
        let near = "svc-a/0: ci-switch fells ci-x ci-y";
        assert_eq!(causes(&text("")), [near], "the room and the site follow from the switch");
        assert_eq!(causes(&text(", ci-room")), [near], "one member alone is in the room by itself");
        let both = text(", ci-room").replace("relations: [ci-switch]", "relations: [ci-switch, ci-room]");
        assert_eq!(
            causes(&both),
            ["svc-a/0: ci-room fells ci-x ci-y", near],
            "without the switch there is still the room"
        );
    }

    #[test]
    fn a_member_that_the_others_need_is_no_reserve() {
        assert_eq!(
            causes(&format!("{PAIR}== ci ci-x\n== ci ci-y\nrelations: [ci-x]")),
            ["svc-a/0: ci-x fells ci-x ci-y"]
        );
        let ring = "== ci ci-x\nrelations: [ci-y]\n== ci ci-y\nrelations: [ci-x]";
        assert_eq!(causes(&format!("{PAIR}{ring}")), ["svc-a/0: ci-x fells ci-x ci-y"], "of a circle the first by id");
    }

    #[test]
    fn as_many_members_must_fall_as_the_group_cannot_spare() {
        let text = |min_up: &str| {
            format!(
                "== service svc-a
            relations: [{{type: runs_on, to: ci-x}}, {{type: runs_on, to: ci-y}}, {{type: runs_on, to: ci-z}}]
            redundancy: [{{of: runs_on, min_up: {min_up}}}]
            == ci ci-x
            relations: [ci-room]
            == ci ci-y
            relations: [ci-room]
            == ci ci-z"
            )
        };
        assert!(causes(&text("1")).is_empty());
        assert_eq!(causes(&text("2")), ["svc-a/0: ci-room fells ci-x ci-y"]);
        assert!(causes(&text("3")).is_empty(), "a group that can spare nobody hides nothing");
        assert_eq!(causes(&text("60%")), causes(&text("2")));
    }

    #[test]
    fn members_that_fall_over_something_nearer_are_counted_too() {
        let text = "
            == service svc-a
            relations: [{type: runs_on, to: ci-w}, {type: runs_on, to: ci-x}, {type: runs_on, to: ci-y}, {type: runs_on, to: ci-z}]
            redundancy: [{of: runs_on, min_up: 3}]
            == ci ci-w
            relations: [ci-switch]
            == ci ci-x
            relations: [ci-switch]
            == ci ci-y
            relations: [ci-room]
            == ci ci-z
            relations: [ci-room]
            == ci ci-switch
            relations: [ci-room]";
        assert_eq!(causes(text), ["svc-a/0: ci-room fells ci-w ci-x ci-y ci-z", "svc-a/0: ci-switch fells ci-w ci-x"]);
    }

    #[test]
    fn groups_below_are_seen_through_only_where_they_share_something() {
        let text = |shared: &str| {
            format!(
                "{PAIR}
            == ci ci-x
            relations: [ci-p, ci-q]
            redundancy: [{{of: [ci-p, ci-q], min_up: 1}}]
            == ci ci-y
            relations: [ci-base]
            == ci ci-p
            relations: [ci-base]
            == ci ci-q
            relations: [{shared}]
            == ci ci-base
            == ci ci-other"
            )
        };
        assert!(causes(&text("ci-other")).is_empty());
        assert_eq!(causes(&text("ci-base")), ["ci-x/0: ci-base fells ci-p ci-q", "svc-a/0: ci-base fells ci-x ci-y"]);
    }

    #[test]
    fn groups_that_rely_on_each_other_in_a_circle_are_worked_out() {
        let text = "
            == ci ci-a
            relations: [ci-p, ci-q]
            redundancy: [{of: [ci-p, ci-q], min_up: 1}]
            == ci ci-b
            relations: [ci-r, ci-s]
            redundancy: [{of: [ci-r, ci-s], min_up: 1}]
            == ci ci-p
            relations: [ci-b]
            == ci ci-q
            relations: [ci-base]
            == ci ci-r
            relations: [ci-base]
            == ci ci-s
            relations: [ci-base, {type: depends_on, to: ci-a, strength: soft}]
            == ci ci-base
            == ci ci-z
            relations: [ci-a]";
        assert_eq!(causes(text), ["ci-a/0: ci-base fells ci-p ci-q", "ci-b/0: ci-base fells ci-r ci-s"]);
        let ring = text.replace("{type: depends_on, to: ci-a, strength: soft}", "ci-a");
        assert_eq!(causes(&ring), causes(text));
    }

    #[test]
    fn soft_links_and_what_the_holder_brings_about_itself_are_no_cause() {
        let soft = "
            == ci ci-x
            relations: [{type: depends_on, to: ci-base, strength: soft}]
            == ci ci-y
            relations: [ci-base]
            == ci ci-base";
        assert!(causes(&format!("{PAIR}{soft}")).is_empty());
        let back = "== ci ci-x\nrelations: [svc-a]\n== ci ci-y\nrelations: [svc-a]";
        assert!(causes(&format!("{PAIR}{back}")).is_empty());
    }

    #[test]
    fn only_holders_that_matter_are_told_and_groups_go_by_their_place() {
        let text = "
            == service svc-a
            relations: [ci-x, ci-y, ci-z]
            redundancy: [{of: runs_on, min_up: 1}, {of: [ci-x, ci-y], min_up: 1}]
            == ci ci-x
            relations: [ci-b]
            == ci ci-y
            relations: [ci-b]
            == ci ci-z
            == ci ci-b";
        assert_eq!(causes(text), ["svc-a/1: ci-b fells ci-x ci-y"], "no relation is of the first group");
        assert!(graph(text).common_causes(|node| node.kind == NodeKind::Ci).is_empty());
    }

    #[test]
    fn very_many_members_are_counted() {
        let members: Vec<String> = (0..150).map(|at| format!("ci-{at}")).collect();
        let mut text = format!(
            "== service svc-a\nrelations: [{0}]\nredundancy: [{{of: [{0}], min_up: 50}}]\n== ci ci-base\n",
            members.join(", ")
        );
        for (at, member) in members.iter().enumerate() {
            let base = if at < 101 { "ci-base" } else { "ci-none" };
            text.push_str(&format!("== ci {member}\nrelations: [{base}]\n"));
        }
        let graph = graph(&text);
        let causes = graph.common_causes(|_| true);
        assert_eq!(causes.len(), 1);
        assert_eq!((causes[0].node.id.as_str(), causes[0].lost.len(), causes[0].members.len()), ("ci-base", 101, 150));
    }
}
