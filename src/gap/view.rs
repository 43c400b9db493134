//! The same requirements under different headings.

use super::Assessed;
use crate::base::clause;
use crate::standard::{Pack, Pdca, is_within};

/// Under which headings requirements are shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum View {
    /// The clauses of the standard.
    #[default]
    Clause,
    /// Plan, do, check, act.
    Pdca,
    /// The five groups of processes of the editions of 2005 and 2011.
    Legacy,
    /// ITIL 4 practices.
    Itil4,
    /// Clauses of ISO 9001:2015.
    Iso9001,
    /// Clauses and controls of ISO/IEC 27001:2022.
    Iso27001,
}

/// A heading with what stands under it.
#[derive(Debug)]
pub struct Section<'a> {
    /// The heading.
    pub title: String,
    /// The requirements, by their place in the list that was given.
    pub items: Vec<&'a Assessed<'a>>,
}

/// The headings of `view` with requirements under them. A requirement stands under each heading that its clause
/// belongs to, and under none when the other frame has no name for it.
#[must_use]
pub fn sections<'a>(view: View, pack: &Pack, assessed: &'a [Assessed<'a>]) -> Vec<Section<'a>> {
    let mut sections: Vec<Section<'a>> = Vec::new();
    for title in titles(view, pack) {
        sections.push(Section { title, items: Vec::new() });
    }
    for one in assessed {
        for title in headings(view, pack, one.requirement.clause()) {
            if let Some(section) = sections.iter_mut().find(|section| section.title == title) {
                section.items.push(one);
            }
        }
    }
    sections.retain(|section| !section.items.is_empty());
    sections
}

/// All headings, in their order.
fn titles(view: View, pack: &Pack) -> Vec<String> {
    let clauses = clause::all().flat_map(|clause| headings(view, pack, clause.number));
    let all: Vec<String> = match view {
        View::Legacy => {
            let of = |group: &crate::standard::Group| {
                group.processes.iter().map(|process| legacy(&group.group, process)).collect::<Vec<_>>()
            };
            pack.legacy.iter().flat_map(of).collect()
        }
        View::Iso9001 | View::Iso27001 => {
            let mut all: Vec<String> = clauses.collect();
            all.sort_by_key(|title| natural(title));
            all
        }
        View::Clause | View::Pdca | View::Itil4 => clauses.collect(),
    };
    let mut seen = std::collections::BTreeSet::new();
    all.into_iter().filter(|title| seen.insert(title.clone())).collect()
}

/// A key that puts A.5.9 before A.5.10.
fn natural(title: &str) -> Vec<(u32, String)> {
    let parts = title.split(['.', ' ']);
    parts
        .map(|part| part.parse().map_or_else(|_| (u32::MAX, part.to_owned()), |number| (number, String::new())))
        .collect()
}

fn legacy(group: &str, process: &crate::standard::LegacyProcess) -> String {
    format!("{group}: {} {} (2011)", process.number, process.name)
}

/// The headings that a clause belongs to.
fn headings(view: View, pack: &Pack, number: &str) -> Vec<String> {
    let mapped = |names: fn(&crate::standard::Mapping) -> &Vec<String>, before: &str| {
        pack.mappings(number).flat_map(names).map(|name| format!("{before}{name}")).collect()
    };
    match view {
        View::Clause => {
            clause::find(number).map(|clause| format!("{} {}", clause.number, clause.title)).into_iter().collect()
        }
        View::Pdca => vec![Pdca::of(number).to_string()],
        View::Legacy => {
            let groups = pack.legacy.iter().flat_map(|group| group.processes.iter().map(move |one| (group, one)));
            let within = groups.filter(|(_, process)| process.clauses.iter().any(|above| is_within(number, above)));
            within.map(|(group, process)| legacy(&group.group, process)).collect()
        }
        View::Itil4 => mapped(|mapping| &mapping.itil4, ""),
        View::Iso9001 => mapped(|mapping| &mapping.iso9001, "ISO 9001 "),
        View::Iso27001 => mapped(|mapping| &mapping.iso27001, "ISO/IEC 27001 "),
    }
}
