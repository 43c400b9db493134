//! How far down each node lies.

use super::Graph;
use super::condense::Condensed;
use super::lists::Lists;
use super::node::Node;
use super::state::State;
use crate::base::span::offset;

impl Graph {
    /// The layer of every node, in the order of [`Graph::nodes`]: 0 for what nothing needs, which is where services
    /// stand that no other needs, and one more than the lowest of those that need it for everything else.
    ///
    /// Only what can take its dependant down counts, by itself or as one of a group, so that every such relation leads
    /// downwards. Nodes that need each other in a circle share a layer.
    #[must_use]
    pub fn layers(&self) -> Vec<(&Node, u32)> {
        let count = self.inner.node_count();
        let inputs = (0..count).flat_map(|at| self.inputs[at].iter().map(move |input| (offset(at), input)));
        let steps: Vec<(u32, u32)> = inputs
            .filter(|(_, input)| input.cap == State::Down)
            .map(|(at, input)| (at, offset(input.from.index())))
            .collect();
        let sets = Condensed::new(&Lists::gather(count, &steps));
        let mut between: Vec<(u32, u32)> =
            steps.iter().map(|(from, to)| (sets.of[*from as usize], sets.of[*to as usize])).collect();
        // A set has a higher number than what it needs: downwards, every layer is known before it is passed on.
        between.sort_unstable_by(|a, b| b.cmp(a));
        let mut layer = vec![0; sets.sizes.len()];
        for (from, to) in between.into_iter().filter(|(from, to)| from != to) {
            layer[to as usize] = layer[to as usize].max(layer[from as usize] + 1);
        }
        self.nodes().zip(&sets.of).map(|(node, set)| (node, layer[*set as usize])).collect()
    }
}

#[cfg(test)]
mod tests {
    use crate::graph::fixture::graph;

    fn layers(text: &str) -> Vec<String> {
        graph(text).layers().into_iter().map(|(node, layer)| format!("{} {layer}", node.id)).collect()
    }

    #[test]
    fn a_node_lies_below_everything_that_needs_it() {
        let text = "
            == service svc-a
            relations: [svc-b, ci-x]
            == service svc-b
            relations: [ci-x, {type: depends_on, to: ci-soft, strength: soft}]
            == ci ci-x
            relations: [ci-gone]
            == ci ci-soft";
        assert_eq!(layers(text), ["ci-soft 0", "ci-x 2", "svc-a 0", "svc-b 1", "ci-gone 3"]);
    }

    #[test]
    fn members_of_a_group_lie_below_their_holder_and_parts_do_not() {
        let text = "
            == service svc-a
            relations: [ci-x, ci-y]
            redundancy: [{of: [ci-x, ci-y], min_up: 1}]
            == ci ci-x
            == ci ci-y
            == ci ci-z
            relations: [{type: part_of, to: svc-a}]";
        assert_eq!(layers(text), ["ci-x 1", "ci-y 1", "ci-z 0", "svc-a 0"]);
    }

    #[test]
    fn a_circle_is_one_layer() {
        let text = "
            == service svc-a
            relations: [ci-a]
            == ci ci-a
            relations: [ci-b, ci-a]
            == ci ci-b
            relations: [ci-a, ci-c]
            == ci ci-c";
        assert_eq!(layers(text), ["ci-a 1", "ci-b 1", "ci-c 2", "svc-a 0"]);
        assert!(layers("").is_empty());
    }

    #[test]
    fn a_long_chain_has_as_many_layers_as_nodes() {
        let chain: String = (0..2_000).map(|at| format!("== ci ci-{at}\nrelations: [ci-{}]\n", at + 1)).collect();
        assert_eq!(graph(&chain).layers().into_iter().map(|(_, layer)| layer).max(), Some(2_000));
    }
}
