//! What holds for every layout.

use super::*;

/// Random but repeatable tasks.
struct Dice(u32);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (self.0 >> 8) as usize % sides
    }

    fn length(&mut self, least: i64, steps: usize, step: i64) -> i64 {
        least + step * i64::try_from(self.roll(steps)).unwrap()
    }

    fn task(&mut self, boxes: usize, links: usize) -> Task {
        let sizes = (0..boxes).map(|_| (self.length(80, 60, 2), self.length(40, 3, 16))).collect();
        let links = (0..links)
            .map(|_| Link { from: self.roll(boxes), to: self.roll(boxes), look: [0, 1, 2][self.roll(3)] })
            .collect();
        Task { sizes, links }
    }
}

fn tasks() -> impl Iterator<Item = Task> {
    let mut dice = Dice(41);
    (0..60).map(move |at| dice.task(1 + at / 2, at * 3 / 4))
}

type Box = ((i64, i64), (i64, i64));

fn boxes(task: &Task, plan: &Plan) -> Vec<Box> {
    let fits = |(place, size): (&Place, &(i64, i64))| place.size.0 >= size.0 && place.size.1 == size.1;
    assert!(plan.boxes.iter().zip(&task.sizes).all(fits), "no box is smaller than its words");
    plan.boxes.iter().map(|Place { corner, size }| (*corner, (corner.0 + size.0, corner.1 + size.1))).collect()
}

#[test]
fn no_two_boxes_overlap_and_none_is_outside() {
    for task in tasks() {
        let plan = in_columns(&task);
        let boxes = boxes(&task, &plan);
        for (at, a) in boxes.iter().enumerate() {
            assert!(
                a.0.0 >= 0 && a.0.1 >= 0 && a.1.0 <= plan.size.0 && a.1.1 <= plan.size.1,
                "{a:?} in {:?}",
                plan.size
            );
            for b in &boxes[at + 1..] {
                let apart = a.1.0 <= b.0.0 || b.1.0 <= a.0.0 || a.1.1 <= b.0.1 || b.1.1 <= a.0.1;
                assert!(apart, "{a:?} and {b:?}");
            }
        }
    }
}

#[test]
fn every_line_leads_from_left_to_right_and_through_no_box() {
    for task in tasks() {
        let plan = in_columns(&task);
        for piece in &plan.pieces {
            assert!(piece.start.0 < piece.end.0, "{piece:?}");
            // A curve whose handles are level stays within its ends; only the straight part passes a column.
            for (upper, lower) in boxes(&task, &plan) {
                let crosses =
                    |from: i64, to: i64, y: i64| from < lower.0 && to > upper.0 && (upper.1..=lower.1).contains(&y);
                if let Some(left) = piece.enters {
                    assert!(!crosses(left, piece.start.0, piece.start.1), "{piece:?} runs through {upper:?} {lower:?}");
                }
                let between = upper.0 < piece.end.0 && lower.0 > piece.start.0;
                assert!(!between, "{upper:?} {lower:?} stands where {piece:?} bends");
            }
        }
    }
}

#[test]
fn every_link_has_a_line_from_box_to_box_and_an_arrow_at_its_target() {
    for task in tasks() {
        let plan = in_columns(&task);
        let boxes = boxes(&task, &plan);
        for link in task.links.iter().filter(|link| link.from != link.to) {
            let (from, to) = (boxes[link.from], boxes[link.to]);
            let (left, right) = if plan.columns[link.from] < plan.columns[link.to] { (from, to) } else { (to, from) };
            let backward = plan.columns[link.from] > plan.columns[link.to];
            let of: Vec<&Piece> =
                plan.pieces.iter().filter(|piece| piece.look == link.look && piece.target == link.to).collect();
            let middle = |of: Box| of.0.1.midpoint(of.1.1);
            let mut reached = vec![(left.1.0, middle(left))];
            while let Some(at) = reached.pop() {
                if at == (right.0.0, middle(right)) {
                    reached.push(at);
                    break;
                }
                for piece in &of {
                    let begins = piece.enters.map_or(piece.start, |x| (x, piece.start.1));
                    if begins == at {
                        reached.push(piece.end);
                    }
                }
            }
            assert!(!reached.is_empty(), "{link:?} is not drawn: {of:#?}");
            assert!(of.iter().any(|piece| if backward { piece.back } else { piece.tip }), "{link:?} has no arrow");
        }
    }
}

#[test]
fn without_circles_no_arrow_leads_to_the_left() {
    for mut task in tasks() {
        task.links.retain(|link| link.from < link.to);
        let plan = in_columns(&task);
        assert!(plan.pieces.iter().all(|piece| !piece.back));
        assert!(task.links.iter().all(|link| plan.columns[link.from] < plan.columns[link.to]));
    }
}

#[test]
fn the_order_of_links_does_not_matter() {
    for mut task in tasks() {
        let plan = in_columns(&task);
        task.links.reverse();
        let other = in_columns(&task);
        let sorted = |plan: &Plan| {
            let mut pieces: Vec<String> = plan.pieces.iter().map(|piece| format!("{piece:?}")).collect();
            pieces.sort();
            (plan.boxes.clone(), pieces)
        };
        assert_eq!(sorted(&plan), sorted(&other));
    }
}

#[test]
fn what_is_deep_is_laid_out_in_rows_where_that_fits_a_page_better() {
    let chain = |count: usize| Task {
        sizes: vec![(120, 40); count],
        links: (1..count).map(|to| Link { from: to - 1, to, look: 0 }).collect(),
    };
    let short = lay_out(&chain(4));
    assert!(!short.in_rows && short.size.0 > short.size.1);
    let long = lay_out(&chain(12));
    assert!(long.in_rows, "{:?}", long.size);
    assert_eq!((long.boxes[0].corner, long.boxes[0].size), ((0, 0), (120, 40)));
    assert!(
        long.boxes.windows(2).all(|two| two[0].corner.1 + 40 < two[1].corner.1 && two[0].corner.0 == two[1].corner.0)
    );
}

#[test]
fn two_hundred_boxes_are_laid_out_with_far_fewer_crossings_than_by_chance() {
    let mut dice = Dice(5);
    let mut task = dice.task(200, 0);
    task.links = (0..200)
        .flat_map(|at| [(at, at / 2), (at, at / 3)])
        .filter(|(from, to)| from != to)
        .map(|(from, to)| Link { from, to, look: 0 })
        .collect();
    let pairs: Vec<(usize, usize)> = task.links.iter().map(|link| (link.from, link.to)).collect();
    let columns = rank::columns(200, &pairs);
    let mut threads = Threads::new(&columns, &task.links, &vec![false; pairs.len()]);
    let before = order::crossings(&threads);
    order::sort(&mut threads);
    let after = order::crossings(&threads);
    assert!(after * 3 < before, "{before} crossings became {after}");
    assert_eq!(in_columns(&task).boxes.len(), 200);
}
