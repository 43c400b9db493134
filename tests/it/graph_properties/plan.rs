//! Random service landscapes: what each record says, as values and as YAML.

use std::collections::BTreeSet;

use proptest::prelude::*;

/// All types of relation.
pub(super) const TYPES: [&str; 13] = [
    "depends_on",
    "runs_on",
    "located_in",
    "part_of",
    "supplied_by",
    "replica_of",
    "connects_to",
    "backed_up_by",
    "monitored_by",
    "protected_by",
    "sends_data_to",
    "governed_by",
    "documented_in",
];

/// One record.
#[derive(Debug, Clone)]
pub(super) struct Thing {
    pub(super) kind: &'static str,
    pub(super) relations: Vec<Relation>,
    pub(super) groups: Vec<Group>,
    /// For a contract, the number of what stands under `supplier`.
    pub(super) supplier: Option<usize>,
}

/// A relation of a record; `to` is the number of a record, or one beyond the last for one that does not exist.
#[derive(Debug, Clone)]
pub(super) struct Relation {
    pub(super) kind: &'static str,
    pub(super) to: usize,
    pub(super) soft: bool,
    /// Whether the target is named by its former id.
    pub(super) by_alias: bool,
    /// Whether the relation was over before the day of the test.
    pub(super) over: bool,
    /// Whether it is written as a bare id, where that says the same.
    pub(super) bare: bool,
}

/// A redundancy group.
#[derive(Debug, Clone)]
pub(super) struct Group {
    pub(super) of: Of,
    pub(super) min_up: MinUp,
}

#[derive(Debug, Clone)]
pub(super) enum Of {
    Type(&'static str),
    /// Numbers of records, and whether each is named by its former id.
    Named(Vec<(usize, bool)>),
}

#[derive(Debug, Clone, Copy)]
pub(super) enum MinUp {
    Count(usize),
    Percent(usize),
}

/// The id of record `number`. The order of ids is not the order of numbers.
pub(super) fn id(number: usize) -> String {
    format!("n{}-{number}", number * 7 % 10)
}

/// The former id of record `number`.
fn alias(number: usize) -> String {
    format!("old-{number}")
}

impl Thing {
    /// The record as YAML, in one line.
    pub(super) fn text(&self, number: usize, count: usize) -> String {
        let name = |to: usize, by_alias: bool| if by_alias && to < count { alias(to) } else { id(to) };
        let relations = self.relations.iter().map(|relation| {
            let to = name(relation.to, relation.by_alias);
            if relation.is_bare() {
                return to;
            }
            let soft = if relation.soft { ", strength: soft" } else { "" };
            let over = if relation.over { ", until: 2026-11-19" } else { "" };
            format!("{{type: {}, to: {to}{soft}{over}}}", relation.kind)
        });
        let relations: Vec<String> = relations.collect();
        let groups = self.groups.iter().map(|group| {
            let of = match &group.of {
                Of::Type(kind) => (*kind).to_owned(),
                Of::Named(members) => {
                    let names: Vec<String> = members.iter().map(|(to, by_alias)| name(*to, *by_alias)).collect();
                    format!("[{}]", names.join(", "))
                }
            };
            let min_up = match group.min_up {
                MinUp::Count(count) => count.to_string(),
                MinUp::Percent(percent) => format!("{percent}%"),
            };
            format!("{{of: {of}, min_up: {min_up}}}")
        });
        let groups: Vec<String> = groups.collect();
        let supplier = self.supplier.map_or(String::new(), |to| format!(", supplier: {}", id(to)));
        format!(
            "{{kind: {}, id: {}, aliases: [{}], relations: [{}], redundancy: [{}]{supplier}}}\n",
            self.kind,
            id(number),
            alias(number),
            relations.join(", "),
            groups.join(", ")
        )
    }
}

impl Relation {
    fn is_bare(&self) -> bool {
        self.bare && self.kind == "depends_on" && !self.soft && !self.over
    }
}

/// The files of a landscape.
pub(super) fn files(things: &[Thing]) -> Vec<(String, String)> {
    let file = |(number, thing): (usize, &Thing)| {
        (format!("sms/{}/{}.yaml", thing.kind, id(number)), thing.text(number, things.len()))
    };
    things.iter().enumerate().map(file).collect()
}

/// Landscapes of up to ten records with all types of relation, groups and cycles.
pub(super) fn any_landscape() -> impl Strategy<Value = Vec<Thing>> {
    (2usize..10).prop_flat_map(|count| proptest::collection::vec(any_thing(count, &TYPES), count))
}

/// Landscapes without groups, of relations that carry failure and a few that do not.
pub(super) fn any_landscape_without_groups() -> impl Strategy<Value = Vec<Thing>> {
    any_landscape().prop_map(|mut things| {
        things.iter_mut().for_each(|thing| thing.groups.clear());
        things
    })
}

/// Landscapes of up to 14 records in which most things rest on groups, and groups on the same few things; every other one
/// without circles.
pub(super) fn any_tangle() -> impl Strategy<Value = Vec<Thing>> {
    let sizes = (4usize..=14, any::<bool>());
    sizes.prop_flat_map(|(count, circles)| {
        let things: Vec<_> = (0..count).map(|at| tangled(if circles { 0 } else { at + 1 }, count)).collect();
        things
    })
}

/// A thing that needs some of the records from `least` on, most often as a group.
fn tangled(least: usize, count: usize) -> impl Strategy<Value = Thing> {
    let kind = proptest::sample::select(&["ci", "ci", "service", "contract"][..]);
    let relation = (least.min(count - 1)..count, proptest::sample::select(&TYPES[..5]), proptest::bool::weighted(0.1));
    let relation = relation.prop_map(|(to, kind, soft)| Relation {
        kind: if kind == "part_of" { "depends_on" } else { kind },
        to,
        soft,
        by_alias: false,
        over: false,
        bare: false,
    });
    let grouped = (0usize..4, 1usize..3, proptest::bool::weighted(0.2));
    (kind, proptest::collection::vec(relation, 0..5), grouped).prop_map(
        move |(kind, relations, (spare, min_up, two))| {
            let relations = if least < count { relations } else { Vec::new() };
            let mut members: Vec<(usize, bool)> = relations.iter().map(|relation| (relation.to, false)).collect();
            members.sort_unstable();
            members.dedup();
            // One in four keeps a need that no group covers.
            members.truncate(members.len() - usize::from(spare == 0 && members.len() > 2));
            let second = if two && members.len() > 3 { members.split_off(2) } else { Vec::new() };
            let groups = [members, second].into_iter().filter(|members| members.len() > 1);
            let groups = groups.map(|members| Group { of: Of::Named(members), min_up: MinUp::Count(min_up) }).collect();
            Thing { kind, relations, groups, supplier: None }
        },
    )
}

fn any_thing(count: usize, types: &'static [&'static str]) -> impl Strategy<Value = Thing> {
    let kinds =
        proptest::sample::select(&["ci", "ci", "ci", "ci", "service", "service", "contract", "ola", "supplier"][..]);
    let relation = (proptest::sample::select(types), 0..=count, any::<[bool; 2]>(), 0u8..8);
    let relation = relation.prop_map(|(kind, to, [soft, bare], rare)| Relation {
        kind,
        to,
        soft: soft && bare,
        by_alias: rare == 1,
        over: rare == 2,
        bare,
    });
    // Half of the relations are of the types that groups are made of.
    let common = (proptest::sample::select(&TYPES[..5]), 0..count).prop_map(|(kind, to)| Relation {
        kind,
        to,
        soft: false,
        by_alias: false,
        over: false,
        bare: false,
    });
    let of = prop_oneof![
        proptest::sample::select(&TYPES[..5]).prop_map(Of::Type),
        proptest::collection::vec((0..count, proptest::bool::weighted(0.15)), 1..5).prop_map(|mut members| {
            let mut seen = BTreeSet::new();
            members.retain(|(to, _)| seen.insert(*to));
            Of::Named(members)
        }),
    ];
    let min_up = prop_oneof![
        (1usize..5).prop_map(MinUp::Count),
        proptest::sample::select(&[0usize, 1, 34, 50, 67, 100][..]).prop_map(MinUp::Percent),
    ];
    let group = (of, min_up).prop_map(|(of, min_up)| Group { of, min_up });
    let relations = proptest::collection::vec(prop_oneof![relation, common], 0..5);
    (kinds, relations, proptest::collection::vec(group, 0..3), proptest::option::of(0..=count)).prop_map(
        |(kind, relations, groups, supplier)| Thing {
            kind,
            relations,
            groups,
            supplier: supplier.filter(|_| kind == "contract"),
        },
    )
}
