//! What is to be written: how many records of each kind, and the graph between the items.

use std::collections::BTreeMap;
use std::ops::Range;

use super::Options;
use super::defects::{self, Defect};
use super::random::Random;
use super::types::{LAYERS, TypeRow};

/// Fewest items for which every layer has a member.
const FEWEST: usize = 100;

/// Most items; more would need another form of numbers in the ids.
const MOST: usize = 1_000_000;

/// The words for criticality, from the least to the most.
pub(crate) const CRITICALITIES: [&str; 4] = ["low", "medium", "high", "vital"];

/// One relation to an item further down.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Edge {
    /// Number of the item that is needed.
    pub(crate) to: usize,
    /// The relation type.
    pub(crate) relation: &'static str,
    /// Whether the failure of the item needed takes this one down.
    pub(crate) hard: bool,
}

/// Everything that a record has to know about the others.
pub(crate) struct Plan {
    /// Start of the random numbers.
    pub(crate) seed: u64,
    /// Number of configuration items. They are numbered from the top layer to the bottom one.
    pub(crate) items: usize,
    /// Number of services, and of SLAs.
    pub(crate) services: usize,
    /// Number of changes.
    pub(crate) changes: usize,
    /// Number of incidents.
    pub(crate) incidents: usize,
    /// Number of risks.
    pub(crate) risks: usize,
    /// Items to be broken, and how.
    pub(crate) defects: BTreeMap<usize, Defect>,
    /// Numbers of the items in each layer.
    layers: Vec<Range<usize>>,
    /// Relations of each item; each leads further down, so that there is no cycle.
    edges: Vec<Vec<Edge>>,
    /// An item that needs this one, for every item below the top layer.
    parents: Vec<usize>,
    /// Criticality of each item as a place in [`CRITICALITIES`].
    criticality: Vec<u8>,
}

impl Plan {
    /// Draws up the plan.
    pub(crate) fn new(options: &Options) -> Result<Self, String> {
        let items = options.items;
        if !(FEWEST..=MOST).contains(&items) {
            return Err(format!("the number of items must lie between {FEWEST} and {MOST}"));
        }
        let mut plan = Self {
            seed: options.seed,
            items,
            services: items * 2 / 100,
            changes: items * 6 / 100,
            incidents: items * 16 / 100,
            risks: items * 3 / 100,
            defects: BTreeMap::new(),
            layers: layers(items),
            edges: vec![Vec::new(); items],
            parents: vec![0; items],
            criticality: vec![0; items],
        };
        plan.cover();
        plan.connect();
        plan.weigh();
        plan.defects = defects::choose(options.defects, plan.layers[0].end, items)?;
        Ok(plan)
    }

    /// Number of the layer of an item.
    fn layer(&self, item: usize) -> usize {
        self.layers.partition_point(|layer| layer.end <= item)
    }

    /// The type of an item.
    pub(crate) fn item_type(&self, item: usize) -> &'static TypeRow {
        let types = LAYERS[self.layer(item)].types;
        &types[Random::new(self.seed, "type", item).below(types.len())]
    }

    /// The id of an item.
    pub(crate) fn item_id(&self, item: usize) -> String {
        format!("ci-{}-{item:06}", self.item_type(item).id)
    }

    /// Any item.
    pub(crate) fn any_item(&self, random: &mut Random) -> String {
        self.item_id(random.below(self.items))
    }

    /// Relations of an item to other items.
    pub(crate) fn edges(&self, item: usize) -> &[Edge] {
        &self.edges[item]
    }

    /// An item that needs this one; defined below the top layer.
    pub(crate) fn parent(&self, item: usize) -> usize {
        self.parents[item]
    }

    /// The word for the criticality of an item.
    pub(crate) fn criticality(&self, item: usize) -> &'static str {
        CRITICALITIES[usize::from(self.criticality[item])]
    }

    /// Criticality of a service as a place in [`CRITICALITIES`]: few are vital.
    pub(crate) fn service_weight(service: usize) -> u8 {
        match service % 25 {
            0 => 3,
            5 | 10 | 15 | 20 => 2,
            rest if rest % 2 == 0 => 1,
            _ => 0,
        }
    }

    /// The applications of a service, the first half of them needed without fail.
    pub(crate) fn applications(&self, service: usize) -> impl Iterator<Item = (usize, bool)> {
        let top = self.layers[0].end;
        let half = top.div_ceil(self.services).div_ceil(2);
        (service..top).step_by(self.services).enumerate().map(move |(at, item)| (item, at < half))
    }

    /// Number of relations on items, those to contracts included.
    pub(crate) fn relations(&self) -> usize {
        self.edges.iter().map(Vec::len).sum::<usize>() + self.supplied()
    }

    /// Number of items that a supplier runs.
    fn supplied(&self) -> usize {
        (0..self.items).filter(|&item| self.item_type(item).other_party).count()
    }

    /// Gives every item below the top layer one that needs it, so that nothing is an orphan.
    fn cover(&mut self) {
        let layers = self.layers.clone();
        for (row, pair) in LAYERS[1..].iter().zip(layers.windows(2)) {
            let Range { start, end } = pair[1].clone();
            let reach = start.min((end - start).max(pair[0].len()));
            for item in start..end {
                let parent = start - 1 - Random::new(self.seed, "parent", item).below(reach);
                self.parents[item] = parent;
                self.edges[parent].push(Edge { to: item, relation: row.needed_by, hard: true });
            }
        }
    }

    /// Adds relations between any two layers until there are as many as there should be.
    fn connect(&mut self) {
        let mut left = wanted_relations(self.items).saturating_sub(self.relations());
        let bottom = self.layers[self.layers.len() - 1].start;
        let mut random = Random::new(self.seed, "edges", 0);
        while left > 0 {
            let from = random.below(bottom);
            let below = self.layers[self.layer(from)].end;
            let to = below + random.below(self.items - below);
            if self.edges[from].iter().any(|edge| edge.to == to) {
                continue;
            }
            let relation = LAYERS[self.layer(to)].used_by;
            let hard = relation != "depends_on" || random.chance(60);
            self.edges[from].push(Edge { to, relation, hard });
            left -= 1;
        }
    }

    /// Hands criticality down from the services along hard relations.
    fn weigh(&mut self) {
        for service in 0..self.services {
            let hard: Vec<usize> = self.applications(service).filter(|pair| pair.1).map(|pair| pair.0).collect();
            for item in hard {
                self.criticality[item] = Self::service_weight(service);
            }
        }
        for from in 0..self.items {
            let weight = self.criticality[from];
            for edge in &self.edges[from] {
                if edge.hard && !matches!(edge.relation, "monitored_by" | "protected_by") {
                    self.criticality[edge.to] = self.criticality[edge.to].max(weight);
                }
            }
        }
    }
}

/// Cuts the numbers of the items into layers.
fn layers(items: usize) -> Vec<Range<usize>> {
    let mut share = 0;
    LAYERS
        .iter()
        .map(|layer| {
            let start = items * share / 100;
            share += layer.share;
            start..items * share / 100
        })
        .collect()
}

/// Relations on that many items: those of the data on which other tools were measured.
fn wanted_relations(items: usize) -> usize {
    match items {
        1_000 => 2_682,
        10_000 => 26_746,
        100_000 => 268_066,
        other => other * 268 / 100,
    }
}
