//! The whole estate in one picture: a band for each sort of item, services on top, one square an item. Squares of one
//! state are one path, so ten thousand of them stay light; a script lights up what an item needs and who would feel its
//! loss. Without it the picture and the table below it say where everything is.

use std::collections::{BTreeMap, VecDeque};

use super::super::hood::Hood;
use super::super::html::Html;
use super::super::links::Root;
use super::super::pages::Site;
use super::super::section::{Section, Table};
use super::super::{SiteError, text};
use super::Board;
use crate::base::finding::Severity;
use crate::base::span::offset;
use crate::graph::NodeKind;
use crate::schema::Tone;

/// The page.
pub(in super::super) const PAGE: &str = "configuration-map/index.html";
/// What the script of the page reads.
pub(in super::super) const DATA: &str = "configuration-map/data.js";
/// The script of the page.
pub(in super::super) const SCRIPT: &str = "configuration-map/map.js";
/// Most squares; what lies beyond is counted.
const MOST: usize = 20_000;
/// Width of the picture.
const WIDTH: usize = 1100;
/// Room at the left for the names of bands.
const LEFT: usize = 190;
/// How often each band is put in the order of its neighbours.
const SWEEPS: usize = 8;

/// Where every square lies.
pub(in super::super) struct Map {
    /// Node numbers in the order of the squares.
    nodes: Vec<u32>,
    /// Left and upper edge of each square.
    places: Vec<(usize, usize)>,
    /// Name, first square, number of squares and upper edge of each band.
    bands: Vec<Band>,
    /// Side of a square.
    side: usize,
    height: usize,
    left_out: usize,
}

struct Band {
    name: String,
    first: usize,
    count: usize,
    top: usize,
}

impl Map {
    /// Lays out all nodes that have a record.
    pub(in super::super) fn new(site: &Site<'_>) -> Self {
        let hood = &site.hood;
        let mut bands = site.bands().to_vec();
        let total: usize = bands.iter().map(|(_, nodes)| nodes.len()).sum();
        let mut room = MOST;
        for (_, nodes) in &mut bands {
            nodes.truncate(room);
            room -= nodes.len();
        }
        arrange(hood, &mut bands);
        let shown = MOST - room;
        let (side, pitch) = if shown > 3_000 { (7, 9) } else { (11, 14) };
        let columns = (WIDTH - LEFT) / pitch;
        let mut map =
            Self { nodes: Vec::new(), places: Vec::new(), bands: Vec::new(), side, height: 0, left_out: total - shown };
        let mut top = 10;
        for (name, nodes) in bands {
            map.bands.push(Band { name, first: map.nodes.len(), count: nodes.len(), top });
            for (at, node) in nodes.iter().enumerate() {
                map.nodes.push(*node);
                map.places.push((LEFT + at % columns * pitch, top + at / columns * pitch));
            }
            top += nodes.len().div_ceil(columns) * pitch + 22;
        }
        map.height = top;
        map
    }
}

/// Nodes by band: services, then types of items from those nearest to services on, then agreements and suppliers.
pub(in super::super) fn bands(site: &Site<'_>) -> Vec<(String, Vec<u32>)> {
    let hood = &site.hood;
    let depths = depths(hood);
    let mut by_name: BTreeMap<(usize, String), Vec<u32>> = BTreeMap::new();
    for number in 0..offset(hood.len()) {
        let node = hood.node(number);
        let Some(ix) = node.record else { continue };
        let plural = |kind: &str| {
            let shelf = site.shelf(kind);
            shelf.map_or_else(|| kind.to_owned(), |shelf| text::capitalise(&shelf.kind.names.plural))
        };
        let key = match node.kind {
            NodeKind::Service => (0, plural("service")),
            NodeKind::Ci => {
                let record = site.sms.record(ix);
                let sort = record.get("ci_type").and_then(|node| super::super::story::target(site, ix, node));
                let name = sort.map(|sort| site.sms.record(sort).title()).or(record.text("ci_type"));
                (1, text::clip(name.unwrap_or("Other items"), 40).into_owned())
            }
            NodeKind::Contract | NodeKind::Ola => (2, "Agreements".to_owned()),
            NodeKind::Supplier => (3, plural("supplier")),
            NodeKind::Unknown => continue,
        };
        by_name.entry(key).or_default().push(number);
    }
    let mut bands: Vec<_> = by_name.into_iter().collect();
    // The mean depth in hundredths, so that no float decides an order.
    let mean = |nodes: &[u32]| {
        let known: Vec<usize> = nodes.iter().filter_map(|node| depths[*node as usize]).collect();
        if known.is_empty() { usize::MAX } else { known.iter().sum::<usize>() * 100 / known.len() }
    };
    bands.sort_by_cached_key(|((group, name), nodes)| (*group, mean(nodes), name.clone()));
    bands.into_iter().map(|((_, name), nodes)| (name, nodes)).collect()
}

/// Steps from the nearest service to each node.
fn depths(hood: &Hood<'_>) -> Vec<Option<usize>> {
    let mut depths: Vec<Option<usize>> = vec![None; hood.len()];
    let mut queue: VecDeque<u32> = VecDeque::new();
    for number in 0..offset(hood.len()) {
        if hood.node(number).kind == NodeKind::Service {
            depths[number as usize] = Some(0);
            queue.push_back(number);
        }
    }
    while let Some(number) = queue.pop_front() {
        let next = depths[number as usize].map(|depth| depth + 1);
        for other in hood.needs(number) {
            if depths[*other as usize].is_none() {
                depths[*other as usize] = next;
                queue.push_back(*other);
            }
        }
    }
    depths
}

/// Puts related squares near one another: each band in the order of the mean place of its neighbours.
fn arrange(hood: &Hood<'_>, bands: &mut [(String, Vec<u32>)]) {
    let mut places: Vec<Option<u64>> = vec![None; hood.len()];
    let note = |nodes: &[u32], places: &mut Vec<Option<u64>>| {
        let count = nodes.len().max(1) as u64;
        for (at, node) in nodes.iter().enumerate() {
            places[*node as usize] = Some(at as u64 * 1_000_000 / count);
        }
    };
    for (_, nodes) in bands.iter() {
        note(nodes, &mut places);
    }
    for sweep in 0..SWEEPS {
        let order: Vec<usize> =
            if sweep % 2 == 0 { (0..bands.len()).collect() } else { (0..bands.len()).rev().collect() };
        for at in order {
            let nodes = &mut bands[at].1;
            nodes.sort_by_cached_key(|node| {
                let near = hood.needs(*node).iter().chain(hood.needed(*node));
                let near: Vec<u64> = near.filter_map(|other| places[*other as usize]).collect();
                let own = places[*node as usize].unwrap_or(0);
                (if near.is_empty() { own } else { near.iter().sum::<u64>() / near.len() as u64 }, *node)
            });
            note(nodes, &mut places);
        }
    }
}

/// The page.
pub(in super::super) fn page(site: &Site<'_>, path: &str) -> Result<Vec<u8>, SiteError> {
    let root = Root::of(path);
    let map = site.map();
    let mut lead = Html::new();
    lead.text(&text::capitalise(&text::counted(map.nodes.len(), "item", "items")));
    lead.raw(", one square each. Related ones stand near each other.");
    if map.left_out > 0 {
        lead.text(&format!(" {} more are left out of the picture.", text::count(map.left_out)));
    }
    let words = "Solid is in use, hollow is not yet or no longer; red with a cut corner has an error. Choose a square, or \
                 type an id, to see what it needs (blue) and who would feel its loss (amber).";
    let sections = vec![
        Section::new("estate", "Everything and what it needs", Html::of(words), picture(site, root, map)),
        Section::new("bands", "The same as a table", Html::new(), table(site, root, map)),
    ];
    let board =
        Board::new("Estate map", lead, sections).below(site, path, &[("Configuration", &site.area_of("ci"))])?;
    board.render(site, path, &site.area_of("ci"))
}

/// How the squares of all nodes look.
pub(in super::super) fn looks(site: &Site<'_>) -> Vec<u8> {
    (0..offset(site.hood.len())).map(|number| look(site, number)).collect()
}

/// How a square looks: in use, not in use, or with an error.
fn look(site: &Site<'_>, number: u32) -> u8 {
    let Some(ix) = site.hood.node(number).record else { return 1 };
    if site.worst(ix) == Some(Severity::Error) {
        return 2;
    }
    let tone = site.sms.record(ix).state().map_or(Tone::None, |state| state.tone);
    u8::from(matches!(tone, Tone::None | Tone::Told))
}

fn picture(site: &Site<'_>, root: Root, map: &Map) -> Html {
    let mut out = Html::new();
    if map.nodes.is_empty() {
        return out;
    }
    out.raw("<div class=\"mapbar\" data-map hidden><label>Item <input type=\"text\" id=\"pick\" autocomplete=\"off\" ");
    out.raw(
        "spellcheck=\"false\" placeholder=\"ci-…\"></label> <button class=\"btn\" type=\"button\" id=\"clear\">Clear",
    );
    out.raw("</button> <span role=\"status\" id=\"says\"></span></div>");
    out.raw(
        "<div class=\"panel scroll\" role=\"region\" tabindex=\"0\" aria-label=\"Estate map, may scroll sideways\">",
    );
    out.raw("<svg id=\"map\" class=\"estate\" viewBox=\"0 0 ").number(WIDTH).raw(" ").number(map.height);
    out.raw("\" width=\"").number(WIDTH).raw("\" height=\"").number(map.height);
    out.raw("\" role=\"img\" aria-label=\"").number(map.nodes.len()).raw(" items in ").number(map.bands.len());
    out.raw(" bands; the table below names them\">");
    for band in &map.bands {
        out.raw("<text class=\"ax\" x=\"0\" y=\"").number(band.top + 10).raw("\">");
        out.text(&text::clip(&band.name, 24)).raw("</text><text class=\"ax end\" x=\"").number(LEFT - 12);
        out.raw("\" y=\"").number(band.top + 10).raw("\">").text(&text::count(band.count)).raw("</text>");
    }
    let looks = site.looks();
    let mut paths = [Html::new(), Html::new(), Html::new()];
    for (number, (x, y)) in map.nodes.iter().zip(&map.places) {
        let state = looks[*number as usize];
        let path = &mut paths[usize::from(state)];
        path.raw("M").number(*x).raw(" ").number(*y).raw("h").number(map.side);
        if state == 2 {
            let cut = map.side / 2;
            path.raw("v")
                .number(map.side - cut)
                .raw("l-")
                .number(cut)
                .raw(" ")
                .number(cut)
                .raw("h-")
                .number(map.side - cut);
        } else {
            path.raw("v").number(map.side).raw("h-").number(map.side);
        }
        path.raw("z");
    }
    out.raw("<g id=\"base\">");
    for (path, class) in paths.iter().zip(["s-use", "s-off", "s-bad"]) {
        out.raw("<path class=\"").raw(class).raw("\" d=\"").add(path).raw("\"/>");
    }
    out.raw("</g><g id=\"lines\"></g><g id=\"over\"></g></svg></div><p id=\"words\" class=\"small mt\"></p>");
    out.raw("<script src=\"").raw(root.as_str()).raw(DATA).raw("\" defer></script><script src=\"");
    out.raw(root.as_str()).raw(SCRIPT).raw("\" defer></script>");
    out
}

fn table(site: &Site<'_>, root: Root, map: &Map) -> Html {
    let mut table = Table::new("Bands of the map", &["Band", "#Items", "#With an error", "Some of them"]);
    for band in &map.bands {
        let nodes = &map.nodes[band.first..band.first + band.count];
        let wrong = nodes.iter().filter(|number| site.looks()[**number as usize] == 2).count();
        table.row(
            |out| {
                out.text(&band.name);
            },
            |cells| {
                cells.number(&band.count.to_string(), &text::count(band.count));
                cells.number(&wrong.to_string(), &text::count(wrong));
                cells.cell(|out| {
                    for (at, ix) in nodes.iter().filter_map(|number| site.hood.node(*number).record).take(5).enumerate()
                    {
                        out.raw(if at > 0 { ", " } else { "" });
                        site.book.record(root, ix, out);
                    }
                });
            },
        );
    }
    table.finish()
}

/// What the script reads: ids, places and links, the first node of each link as the step from the one before.
pub(in super::super) fn data(site: &Site<'_>) -> Vec<u8> {
    let map = site.map();
    let mut at: Vec<Option<usize>> = vec![None; site.hood.len()];
    for (place, number) in map.nodes.iter().enumerate() {
        at[*number as usize] = Some(place);
    }
    let mut ids = Vec::with_capacity(map.nodes.len());
    let mut pages = Vec::with_capacity(map.nodes.len());
    let mut links: Vec<usize> = Vec::new();
    let mut before = 0;
    for (place, number) in map.nodes.iter().enumerate() {
        let node = site.hood.node(*number);
        ids.push(node.id.as_str());
        pages.push(node.record.and_then(|ix| site.book.address(ix)).unwrap_or_default());
        for other in site.hood.needs(*number).iter().filter_map(|other| at[*other as usize]) {
            links.extend([place - before, other]);
            before = place;
        }
    }
    let services = map.nodes.iter().take_while(|number| site.hood.node(**number).kind == NodeKind::Service);
    let names = services.map(|number| site.hood.node(*number).record.map_or("", |ix| site.sms.record(ix).title()));
    let data = serde_json::json!({
        "side": map.side,
        "x": map.places.iter().map(|(x, _)| *x).collect::<Vec<_>>(),
        "y": map.places.iter().map(|(_, y)| *y).collect::<Vec<_>>(),
        "ids": ids,
        "pages": pages,
        "links": links,
        "names": names.map(|name| text::clip(name, 60).into_owned()).collect::<Vec<_>>(),
    });
    format!("window.gitsmMap={data};\n").into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::site::fixture::{record, site};

    fn files() -> Vec<(String, String)> {
        vec![
            record("service", "svc-a", "relations: [ci-app]\n"),
            record("ci", "ci-app", "ci_type: app\nrelations: [ci-host, ci-gone]\n"),
            record("ci", "ci-host", "ci_type: host\nrelations: [ctr-x]\n"),
            record("ci", "ci-alone", "ci_type: alone\n"),
            record("contract", "ctr-x", ""),
        ]
    }

    #[test]
    fn services_stand_on_top_and_items_by_how_near_to_them_they_are() {
        let page = site(&files()).remove(PAGE).unwrap();
        let (_, table) = page.split_once("id=\"bands\"").unwrap();
        let names: Vec<&str> =
            table.split("class=\"name\">").skip(1).filter_map(|rest| rest.split("</th>").next()).collect();
        assert_eq!(names, ["Services", "app", "host", "alone", "Agreements"]);
        assert!(page.contains("5 items, one square each"), "{page}");
    }

    #[test]
    fn the_data_name_every_square_and_every_link_between_two_of_them() {
        let text = site(&files()).remove(DATA).unwrap();
        let json = text.strip_prefix("window.gitsmMap=").unwrap().trim_end().trim_end_matches(';');
        let data: serde_json::Value = serde_json::from_str(json).unwrap();
        assert_eq!(data["ids"].as_array().unwrap().len(), 5);
        assert_eq!(data["ids"][0], "svc-a");
        assert_eq!(data["links"], serde_json::json!([0, 1, 1, 2, 1, 4]), "the step, and what is needed");
        assert_eq!(data["names"], serde_json::json!(["The svc-a"]));
    }

    #[test]
    fn neighbours_come_to_stand_in_the_same_order() {
        let mut files = Vec::new();
        for at in 0..8 {
            files.push(record("service", &format!("svc-{at}"), &format!("relations: [ci-{}]\n", 7 - at)));
            files.push(record("ci", &format!("ci-{at}"), "ci_type: app\n"));
        }
        let text = site(&files).remove(DATA).unwrap();
        let data: serde_json::Value =
            serde_json::from_str(text.trim_start_matches("window.gitsmMap=").trim_end().trim_end_matches(';')).unwrap();
        let ids: Vec<&str> = data["ids"].as_array().unwrap().iter().filter_map(|id| id.as_str()).collect();
        for at in 0..8 {
            let (service, item) = (&ids[at][4..], &ids[8 + at][3..]);
            assert_eq!(service.parse::<u8>().unwrap() + item.parse::<u8>().unwrap(), 7, "{ids:?}");
        }
    }

    #[test]
    fn an_estate_without_items_has_a_page_without_a_picture() {
        let page = site(&[]).remove(PAGE).unwrap();
        assert!(!page.contains("<svg id=\"map\"") && page.contains("No items, one square each"), "{page}");
    }
}
