//! `gitsm graph`.

use clap::{Args, ValueEnum};

use super::{Context, Exit};
use crate::graph::draw::{self, Picture};
use crate::graph::{Graph, Node};
use crate::model::Sms;
use crate::model::ci::Ci;

/// Arguments of `graph`.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Draw only what lies around these records; without one, all is drawn
    ids: Vec<String>,
    /// How many steps around them
    #[arg(long, default_value_t = 2, value_name = "STEPS")]
    depth: usize,
    /// The language of the picture
    #[arg(long, value_enum, default_value_t = Format::Mermaid)]
    format: Format,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    /// For graphviz
    Dot,
    /// For Markdown on forges
    Mermaid,
    /// Nodes and edges
    Json,
    /// For graph tools: yEd, Gephi, networkx
    Graphml,
    /// For browsers and documents; where there are many nodes, like ones share a box
    Svg,
}

/// Runs it.
pub(super) fn run(cx: &mut Context<'_>, arguments: &Arguments) -> anyhow::Result<Exit> {
    cx.with_sms(|cx, sms| {
        cx.progress.stage("drawing");
        let graph = Graph::build(sms);
        let ids = super::impact::resolve(sms, &graph, &arguments.ids)?;
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        let picture = Picture::new(&graph, |node| title(sms, node), &ids, arguments.depth);
        let picture = picture.sorted_by(|node| sort(sms, node));
        match arguments.format {
            Format::Dot => cx.text(&draw::dot(&picture))?,
            Format::Mermaid => cx.text(&draw::mermaid(&picture))?,
            Format::Graphml => cx.text(&draw::graphml(&picture))?,
            Format::Svg => cx.text(&draw::svg(&picture))?,
            Format::Json => cx.json(&draw::json(&picture))?,
        }
        Ok(Exit::Clean)
    })
}

/// The title of a node, for pictures: that of its record, else its id.
pub(super) fn title<'g>(sms: &'g Sms<'_>, node: &'g Node) -> &'g str {
    node.record.map_or(node.id.as_str(), |ix| sms.record(ix).title())
}

/// What sort of its kind a node is, for pictures: the title of its CI type and the layer in which that stands.
pub(super) fn sort<'g>(sms: &'g Sms<'_>, node: &'g Node) -> Option<(&'g str, &'g str)> {
    let of = sms.view::<Ci<'_>>(node.record?)?.ci_type()?;
    sms.follow(of).map(|record| (record.title(), record.text("layer").unwrap_or_default()))
}
