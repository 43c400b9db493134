//! A service with one SLA, its chain, its outages and its reports.

use super::*;
use crate::base::date::parse_date;
use crate::levels::Effort;
use crate::model::fixture::records;

const TEXT: &str = "
    == service svc
    relations: [ci-a, ci-b, {type: supplied_by, to: ola-a, strength: soft}]
    == ci ci-a
    availability: 99.9
    availability_basis: measured
    == ci ci-b
    availability: 99.8
    availability_basis: contract
    relations: [{type: supplied_by, to: ctr-b}, ci-new]
    == ci ci-new
    == contract ctr-b
    status: in_force
    targets: [{id: up, metric: availability, operator: '>=', value: 99.8, window: year, clock: 24x7}]
    == ola ola-a
    status: in_force
    targets: [{id: p1, metric: response, scope: p1, operator: <=, value: 40m, window: month, clock: 24x7}]
    == calendar cal
    zone: Europe/Oslo
    always: true
    == customer cus
    == incident inc-a
    service: svc
    priority: p1
    reported_at: '2026-10-05T08:00:00Z'
    responded_at: '2026-10-05T08:45:00Z'
    outages: [{start: '2026-10-05T08:00:00Z', end: '2026-10-05T11:00:00Z'}]
    == sla sla-a
    status: in_force
    service: svc
    customer: cus
    valid_from: '2026-01-01'
    hours: {service: cal, support: cal}
    targets:
      - {id: up, metric: availability, operator: '>=', value: 99.75, unit: percent, window: month, clock: 24x7}
      - {id: answer, metric: response, scope: p1, operator: <=, value: 30m, share: 90, window: month, clock: 24x7}
      - {id: right, metric: quality, operator: '>=', value: 98, unit: percent, window: quarter}
    workload_limits: [{metric: Mails, limit: 100, unit: mails}]
    == sla_report slr-09
    status: published
    sla: sla-a
    period: 2026-09
    results: [{target: up, value: 99.9, met: true}, {target: right, period: 2026-Q3, value: 97.5, met: false}]
    workload: [{metric: Mails, actual: 80}]
    == sla_report slr-10
    status: corrected
    sla: sla-a
    period: 2026-10
    results: [{target: up, numerator: 44520, denominator: 44700, unit: minutes, value: 99.6, met: false}]
    workload: [{metric: Mails, actual: 120.5}]
    == sla_report slr-10-old
    status: draft
    sla: sla-a
    period: 2026-10
    results: [{target: up, value: 12, met: false}]
    == sla sla-b
    status: draft
    service: svc
    targets: []";

fn with<T>(periods: usize, then: impl FnOnce(&Sms<'_>, &[Level<'_, '_>]) -> T) -> T {
    records(TEXT, |sms| {
        let (graph, meter) = (Graph::build(sms), Meter::new(sms));
        let ask = Ask { slas: vec![], until: parse_date("2026-11-20").unwrap(), periods, effort: Effort::Full };
        then(sms, &levels(sms, &graph, &meter, &ask))
    })
}

#[test]
fn only_what_is_promised_is_looked_at_unless_it_is_named() {
    with(2, |_, levels| {
        assert_eq!(levels.iter().map(|level| level.sla.0.record.id.as_str()).collect::<Vec<_>>(), ["sla-a"]);
    });
    records(TEXT, |sms| {
        let (graph, meter) = (Graph::build(sms), Meter::new(sms));
        let slas = vec![sms.find("sla-b").unwrap()];
        let ask = Ask { slas, until: parse_date("2026-11-20").unwrap(), periods: 1, effort: Effort::Full };
        assert_eq!(levels(sms, &graph, &meter, &ask)[0].sla.0.record.id.as_str(), "sla-b");
    });
}

#[test]
fn each_target_has_the_periods_of_its_own_length() {
    with(3, |_, levels| {
        let of = |row: usize| levels[0].rows[row].cells.iter().map(|cell| cell.period.to_string()).collect::<Vec<_>>();
        assert_eq!(of(0), ["2026-09", "2026-10", "2026-11"]);
        assert_eq!(of(2), ["2026-Q2", "2026-Q3", "2026-Q4"]);
        let running: Vec<bool> = levels[0].rows[0].cells.iter().map(|cell| cell.is_running).collect();
        assert_eq!(running, [false, false, true]);
    });
}

#[test]
fn a_report_that_tells_something_else_is_pointed_at_and_rounding_is_not() {
    with(3, |_, levels| {
        let up = &levels[0].rows[0];
        let told: Vec<(bool, Option<bool>)> = up.cells.iter().map(|cell| (cell.differs(), cell.is_met())).collect();
        assert_eq!(
            told,
            [(true, Some(true)), (false, Some(false)), (false, Some(true))],
            "99.9 of 100; 99.6 of 99.597"
        );
        assert_eq!(up.cells[1].reported.unwrap().record.id.as_str(), "slr-10", "a draft is no report");
        let right = &levels[0].rows[2];
        assert_eq!((right.cells[1].is_met(), right.cells[1].kept.is_none()), (Some(false), true), "as reported");
    });
}

#[test]
fn one_sla_is_told_with_its_chain_its_periods_and_its_load() {
    let expected = "\
sla-a: The sla-a
svc for cus, in force, as of 2026-11-20T23:59:59Z

up: at least 99.75 % at all hours each month
  promised     99.75 %          1h 50m lost in a mean month
  deliverable  99.7 %           2h 11m lost: TOO LITTLE
  at worst     97.502 %         18h 14m lost when every supplier loses all that it may, in these hours
  what costs most:
      1h 28m  ci-b at 99.8 %, promised in ctr-b
         44m  ci-a at 99.9 %, as measured
  99.85 % for 'ci-b', or a second one beside it, would be enough: 1.3 times less downtime than now
  without a figure, taken as always up: ci-new
  Deliverable figures take parts to fail independently of one another, count what several share once, and take parts without a figure as always up.
  2026-09      met 100 %        0s lost of 1h 48m; slr-09 DIFFERS: met with 99.9 %
  2026-10      missed 99.597 %  3h lost of 1h 52m, budget spent in inc-a
  2026-11      kept so far 100 % 0s lost of 1h 12m

answer (p1): at most 30m in 90 % of cases at all hours each month
  behind it    at most 40m in ola-a for svc: TOO SLOW
  2026-09      met no case
  2026-10      missed 0 %       1 case lost of 0.1 cases, budget spent in inc-a
  2026-11      kept so far no case

right: at least 98 % each quarter
  2026-Q2      no figure -
  2026-Q3      missed 97.5 %    as reported in slr-09
  2026-Q4      running -

Mails: covered up to 100 mails
  2026-09      80               80 % of the limit
  2026-10      120.5            121 % of the limit, OVER THE LIMIT
";
    let told = with(3, |sms, levels| one(sms, &levels[0]));
    assert_eq!(told, expected);
}

#[test]
fn the_overview_leaves_out_what_was_kept() {
    with(1, |_, levels| {
        let (rows, below) = overview(levels);
        assert_eq!(rows.len(), 2, "the head and availability: nothing else was missed this month");
        assert_eq!(rows[1][3], "99.7 %, too little");
        assert!(rows[1][5].contains("(100 %)"), "{:?}", rows[1]);
        assert!(below.starts_with(
            "3 targets in 1 SLA: 0 missed in these periods, 1 beyond what its chain can deliver. 2 targets"
        ));
    });
    with(3, |_, levels| assert_eq!(overview(levels).0.len(), 4, "each was missed once"));
}

#[test]
fn tables_for_programs_hold_the_same_figures() {
    with(2, |sms, levels| {
        let csv = csv(levels);
        let october = csv.lines().find(|line| line.contains(",up,") && line.contains("2026-10")).unwrap();
        assert_eq!(
            october,
            "sla-a,svc,cus,up,availability,99.75,percent,2026-10,false,missed,99.597,seconds,2671200,2682000,10800,6705,-4095,99.6,false"
        );
        let json = json(sms, levels);
        let period = &json["slas"][0]["targets"][0]["periods"][0];
        assert_eq!(
            (period["measured"]["delivered"].as_u64(), period["reported"]["percent"].as_f64()),
            (Some(2_671_200), Some(99.6))
        );
        assert_eq!(json["slas"][0]["targets"][0]["deliverable"]["least_improvement"]["id"], "ci-b");
        assert_eq!(json["slas"][0]["targets"][1]["behind"]["seconds"], 2400);
        let markdown = markdown(sms, levels);
        assert!(markdown.contains("| sla-a | up | at least 99.75 % at all hours each month |"), "{markdown}");
    });
}

#[test]
fn the_chart_says_in_words_what_it_colours() {
    with(3, |_, levels| {
        let svg = svg("2026-11-20", levels);
        assert!(svg.contains(">missed 161 %<"), "three hours of a budget of 1h 52m");
        assert!(svg.contains("<title>2026-10: missed, 161 % of the budget used</title>"));
        assert!(svg.contains(">missed 125 %<"), "2.5 of 2 percent, as reported");
        assert!(svg.contains("3 targets as of 2026-11-20, with 3 misses"));
    });
}

#[test]
fn the_trend_knows_which_way_is_better() {
    let text = |target: &str, before: u8, last: u8| {
        format!(
            "== service svc
            == sla sla-a
            status: in_force
            service: svc
            targets: [{target}]
            == sla_report r-09
            status: published
            sla: sla-a
            period: 2026-09
            results: [{{target: t, value: {before}, met: true}}]
            == sla_report r-10
            status: published
            sla: sla-a
            period: 2026-10
            results: [{{target: t, value: {last}, met: true}}]"
        )
    };
    let trend = |target: &str, before, last| {
        records(&text(target, before, last), |sms| {
            let (graph, meter) = (Graph::build(sms), Meter::new(sms));
            let ask = Ask { slas: vec![], until: parse_date("2026-11-20").unwrap(), periods: 3, effort: Effort::Full };
            last_column(&levels(sms, &graph, &meter, &ask))
        })
    };
    let at_least = "{id: t, metric: quality, operator: '>=', value: 95, unit: percent, window: month}";
    let at_most = "{id: t, metric: quality, operator: <=, value: 5, unit: percent, window: month}";
    let in_time = "{id: t, metric: fulfilment, operator: <=, value: 3d, window: month}";
    assert_eq!(
        [trend(at_least, 96, 99), trend(at_least, 99, 96), trend(at_least, 99, 99)],
        ["better", "worse", "steady"]
    );
    assert_eq!([trend(at_most, 2, 4), trend(at_most, 4, 2)], ["worse", "better"]);
    assert_eq!(
        [trend(in_time, 83, 100), trend(in_time, 100, 83)],
        ["better", "worse"],
        "the share of cases that kept it"
    );
}

/// The last column of the only row.
fn last_column(levels: &[Level<'_, '_>]) -> String {
    let markdown = records("", |sms| markdown(sms, levels));
    let row = markdown.lines().find(|line| line.starts_with("| sla-a")).expect("the row").to_owned();
    row.trim_end_matches(" |").rsplit("| ").next().expect("a column").to_owned()
}
