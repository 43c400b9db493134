//! `gitsm impact`.

mod json;
mod paths;
mod reached;
mod text;

use clap::{Args, ValueEnum};

use super::{Context, Exit};
use crate::base::suggest::nearest;
use crate::base::text::one;
use crate::graph::draw::{self, Picture};
use crate::graph::{Graph, Impact, Node};
use crate::model::Sms;
use paths::Routes;
use reached::Reached;

/// Arguments of `impact`.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// What fails: services, configuration items, contracts, OLAs or suppliers; several fail together. Without any, the
    /// single points of failure are told, and what redundancy groups share
    ids: Vec<String>,
    /// What is down already: only what gets worse than that is told
    #[arg(long, value_name = "ID", num_args = 1.., requires = "ids")]
    given: Vec<String>,
    /// Tell over which paths the failure reaches services: the shortest one to each, or all
    #[arg(long, value_enum, value_name = "WHICH", num_args = 0..=1, default_missing_value = "shortest", requires = "ids")]
    paths: Option<Which>,
    /// How to print it
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Which {
    /// The shortest one to each service
    Shortest,
    /// All, with at most 20 shown for each service
    All,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    /// In words and tables
    Human,
    /// One JSON value
    Json,
    /// A picture for graphviz
    Dot,
    /// A picture for Markdown on forges
    Mermaid,
    /// For graph tools: yEd, Gephi, networkx
    Graphml,
    /// A picture for browsers and documents
    Svg,
}

/// Runs it.
pub(super) fn run(cx: &mut Context<'_>, arguments: &Arguments) -> anyhow::Result<Exit> {
    if arguments.ids.is_empty() {
        return match arguments.format {
            Format::Human => super::points::run(cx, false),
            Format::Json => super::points::run(cx, true),
            _ => anyhow::bail!("name what fails to get a picture, such as `gitsm impact ci-x --format svg`"),
        };
    }
    if arguments.paths.is_some() && !matches!(arguments.format, Format::Human | Format::Json) {
        anyhow::bail!("pictures tell no paths by themselves; ask for --paths with --format human or json");
    }
    cx.with_sms(|cx, sms| {
        cx.progress.stage("following the failure");
        let graph = Graph::build(sms);
        let ids = resolve(sms, &graph, &arguments.ids)?;
        let given = resolve(sms, &graph, &arguments.given)?;
        let impact = graph.impact_given(ids.iter().map(String::as_str), given.iter().map(String::as_str));
        let picture = || {
            let title = |node| super::graph::title(sms, node);
            Picture::of_impact(&impact, title).sorted_by(|node| super::graph::sort(sms, node))
        };
        match arguments.format {
            Format::Dot => cx.text(&draw::dot(&picture()))?,
            Format::Mermaid => cx.text(&draw::mermaid(&picture()))?,
            Format::Graphml => cx.text(&draw::graphml(&picture()))?,
            Format::Svg => cx.text(&draw::svg(&picture()))?,
            Format::Json | Format::Human => told(cx, sms, &graph, &impact, arguments)?,
        }
        Ok(Exit::Clean)
    })
}

/// Tells the impact in words or as JSON.
fn told(
    cx: &mut Context<'_>,
    sms: &Sms<'_>,
    graph: &Graph,
    impact: &Impact<'_>,
    arguments: &Arguments,
) -> anyhow::Result<()> {
    let reached = Reached::new(sms, graph, impact);
    let routes = arguments.paths.map(|which| Routes::new(impact, which));
    if matches!(arguments.format, Format::Json) {
        return cx.json(&json::json(sms, impact, &reached, routes.as_ref()));
    }
    cx.text(&text::text(sms, impact, &reached, routes.as_ref()))?;
    if let Some(service) = reached.services.first() {
        let seeds: Vec<&str> = impact.seeds.iter().map(|node| node.id.as_str()).collect();
        let seeds = seeds.join(" ");
        let picture = if impact.affected.is_empty() {
            format!("gitsm graph {seeds}")
        } else {
            format!("gitsm impact {seeds} --format svg")
        };
        cx.next(&format!("`gitsm show {service}`, or `{picture}` for a picture"))?;
    }
    Ok(())
}

/// Ids as asked to ids of nodes; former ids count.
pub(super) fn resolve(sms: &Sms<'_>, graph: &Graph, ids: &[String]) -> anyhow::Result<Vec<String>> {
    let known = |id: &String| {
        let current = sms.find(id).map_or_else(|| id.clone(), |ix| sms.record(ix).id.to_string());
        if graph.node(&current).is_some() {
            return Ok(current);
        }
        if let Some(ix) = sms.find(id) {
            anyhow::bail!(
                "'{id}' is {}, which is no part of the graph of services and what they need",
                one(&sms.record(ix).kind.name)
            );
        }
        match nearest(id, graph.nodes().map(|node| node.id.as_str())) {
            Some(near) => anyhow::bail!("there is no '{id}'; did you mean `{near}`?"),
            None => anyhow::bail!("there is no '{id}'; `gitsm list ci` and `gitsm list service` tell what there is"),
        }
    };
    ids.iter().map(known).collect()
}

/// The title of a node's record.
fn title<'s>(sms: &'s Sms<'_>, node: &'s Node) -> &'s str {
    node.record.map_or("(no such record)", |ix| sms.record(ix).title())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::fixture::records;

    const TEXT: &str = "
        == ci ci-b
        aliases: [ci-old]
        == ci ci-lone
        == audit aud-1";

    #[test]
    fn ids_asked_for_may_be_former_ones() {
        records(TEXT, |sms| {
            let graph = Graph::build(sms);
            let resolve = |id: &str| resolve(sms, &graph, &[id.to_owned()]).map_err(|error| error.to_string());
            assert_eq!(resolve("ci-old").unwrap(), ["ci-b"]);
            assert_eq!(
                resolve("svc-other").unwrap_err(),
                "there is no 'svc-other'; `gitsm list ci` and `gitsm list service` tell what there is"
            );
            assert_eq!(resolve("ci-lon").unwrap_err(), "there is no 'ci-lon'; did you mean `ci-lone`?");
            let no_node = "'aud-1' is an audit, which is no part of the graph of services and what they need";
            assert_eq!(resolve("aud-1").unwrap_err(), no_node);
        });
    }
}
