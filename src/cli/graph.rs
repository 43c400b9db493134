//! `gitsm graph`.

use clap::{Args, ValueEnum};

use super::{Context, Exit};
use crate::graph::Graph;
use crate::graph::draw::{self, Picture};

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
}

/// Runs it.
pub(super) fn run(cx: &mut Context<'_>, arguments: &Arguments) -> anyhow::Result<Exit> {
    cx.with_sms(|cx, sms| {
        cx.progress.stage("drawing");
        let graph = Graph::build(sms);
        let ids = super::impact::resolve(sms, &graph, &arguments.ids)?;
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        let title = |node: &'_ crate::graph::Node| node.record.map(|ix| sms.record(ix).title());
        let picture = Picture::new(&graph, |node| title(node).unwrap_or(node.id.as_str()), &ids, arguments.depth);
        match arguments.format {
            Format::Dot => cx.text(&draw::dot(&picture))?,
            Format::Mermaid => cx.text(&draw::mermaid(&picture))?,
            Format::Json => cx.json(&draw::json(&picture))?,
        }
        Ok(Exit::Clean)
    })
}
