//! The change policy (8.5.1.1).

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::change::ChangeType;
use super::organisation::TeamKind;
use super::process::DocumentStatus;
use super::sms::Sms;
use super::view::{At, Ref};
use super::words::{Criticality, RoleKind};
use crate::base::duration::Duration;
use crate::base::exact::Exact;

view! {
    /// What is under change control, and what each category of change needs.
    ChangePolicy<'a> of "change_policy" at "" {
        /// Status.
        status: Option<DocumentStatus>,
        /// The day from which it holds.
        effective_from: Option<Date>,
        /// What is under control.
        controlled: Option<Controlled<'a>>,
        /// The categories.
        categories: Vec<Category<'a>>,
        /// Who must agree besides, by level of risk.
        risk_levels: Vec<LevelSeats<'a>>,
        /// The decision table.
        authorities: Vec<Authority<'a>>,
        /// Who must agree when the policy itself is edited.
        policy_seats: Vec<SeatEntry<'a>>,
        /// When a change may have a major effect.
        major_criteria: Vec<MajorEffect<'a>>,
        /// How risk is computed.
        risk: Option<RiskTerms<'a>>,
        /// Who cannot vote on the own change.
        excluded: Vec<Part>,
        /// Whether one person may fill several seats.
        several_seats: Option<bool>,
        /// Whether applied suggestions leave their authors a vote.
        suggestions_forgiven: Option<bool>,
        /// Whether commits of known accounts without a person are accepted.
        outside_contributors: Option<bool>,
        /// Programs whose approval counts.
        bots: Vec<VotingBot<'a>>,
        /// What makes up for authors who vote.
        small_team: Option<SmallTeam<'a>>,
        /// When taking back needs nobody.
        reverts: Option<Reverts<'a>>,
        /// Roles whose objection stops a change.
        objection_roles: Vec<Ref<'a, RoleKind>>,
        /// The role that may overrule an objection.
        chair: Option<Ref<'a, RoleKind>>,
        /// How long a vote holds.
        vote_expiry: Option<Duration>,
        /// How far the window may move before votes lapse.
        tolerance: Option<Duration>,
        /// Whether work must lie in agreed windows.
        windows_required: Option<bool>,
        /// Whether an overdue review stops the next normal change of the same owner.
        overdue_blocks: Option<bool>,
        /// How many hard dependencies away another change still counts as a conflict.
        conflict_hops: Option<i64>,
        /// The share of emergency changes above which the trend must be explained.
        emergency_share: Option<Exact>,
        /// Time between analyses of the changes for trends.
        trend_interval: Option<Duration>,
        /// Within which time a failed change is taken back or put right.
        failure_within: Option<Duration>,
    }
}

impl<'a> ChangePolicy<'a> {
    /// The policies in force, by id; there should be one.
    pub fn in_force(sms: &'a Sms<'_>) -> impl Iterator<Item = Self> {
        sms.all::<Self>().filter(|policy| policy.status() == Some(DocumentStatus::InForce))
    }

    /// The categories of the policies in force, by their words.
    #[must_use]
    pub fn categories_in_force(sms: &'a Sms<'_>) -> BTreeMap<&'a str, Category<'a>> {
        let mut categories = BTreeMap::new();
        for category in Self::in_force(sms).flat_map(Self::categories) {
            if let Some(word) = category.id() {
                categories.entry(word).or_insert(category);
            }
        }
        categories
    }
}

view! {
    /// What may be edited only under a change.
    Controlled<'a> of "change_policy" at "/controlled" {
        /// Kinds of record.
        kinds: Vec<At<'a>>,
        /// Types of configuration item.
        ci_types: Vec<At<'a>>,
        /// Path patterns.
        paths: Vec<&'a str>,
        /// Path patterns that are free although they fit above.
        except_paths: Vec<&'a str>,
    }
}

view! {
    /// A category of changes.
    Category<'a> of "change_policy" at "/categories/*" {
        /// Its word.
        id: Option<&'a str>,
        /// Whether a change of it must be tested.
        test_required: Option<bool>,
        /// Whether a change of it is reviewed afterwards.
        pir_required: Option<bool>,
        /// Within which time that review is due.
        pir_within: Option<Duration>,
        /// Whether a change of it needs plan and design.
        needs_design: Option<bool>,
        /// Whether a change of it follows a change model.
        model_required: Option<bool>,
        /// Within which time the rest agree to a change that began with fewer.
        retrospective_within: Option<Duration>,
        /// Whether a change of it answers an open incident.
        incident_required: Option<bool>,
        /// Shortest time from the request to the window.
        lead_time: Option<Duration>,
        /// Who must agree before.
        seats: Vec<SeatEntry<'a>>,
        /// Who must agree besides, one group after the other.
        stages: Vec<Stage<'a>>,
        /// Who must agree afterwards.
        retrospective_seats: Vec<SeatEntry<'a>>,
    }
}

words! {
    /// What somebody answers for who may fill a seat.
    Owners {
        /// The things affected.
        Affected = "affected",
        /// The services reached.
        Services = "services",
        /// Open risks on them.
        Risks = "risks",
    }
}

view! {
    /// An entry of a list of seats: people, or a choice among lists of them.
    SeatEntry<'a> of "change_policy" at "/categories/*/seats/*" {
        /// The role whose holders count.
        role: Option<Ref<'a, RoleKind>>,
        /// The team whose members count.
        team: Option<Ref<'a, TeamKind>>,
        /// Whether the teams within that team count too.
        nested: Option<bool>,
        /// Those who answer for something that is touched.
        owners: Option<Owners>,
        /// How many of them.
        count: Option<i64>,
        /// Which share of them.
        percent: Option<Exact>,
        /// Lists of which one is enough.
        any_of: Vec<At<'a>>,
        /// How many of `of` are needed.
        at_least: Option<i64>,
        /// The entries among which `at_least` counts.
        of: Vec<Self>,
    }
}

view! {
    /// A stage.
    Stage<'a> of "change_policy" at "/categories/*/stages/*" {
        /// Its name.
        id: Option<&'a str>,
        /// Who must agree in it.
        seats: Vec<SeatEntry<'a>>,
    }
}

view! {
    /// Who must agree besides at a level of risk.
    LevelSeats<'a> of "change_policy" at "/risk_levels/*" {
        /// The level.
        id: Option<&'a str>,
        /// Who.
        seats: Vec<SeatEntry<'a>>,
    }
}

view! {
    /// A row of the decision table.
    Authority<'a> of "change_policy" at "/authorities/*" {
        /// Its name.
        id: Option<&'a str>,
        /// When it fits.
        when: Option<When<'a>>,
        /// Who must agree besides.
        seats: Vec<SeatEntry<'a>>,
    }
}

view! {
    /// When a row of the decision table fits; all that is filled in must hold.
    When<'a> of "change_policy" at "/authorities/*/when" {
        /// The categories.
        categories: Vec<&'a str>,
        /// The least level of risk.
        risk_from: Option<&'a str>,
        /// The types of change.
        types: Vec<ChangeType>,
        /// Kinds of what is affected or edited.
        kinds: Vec<&'a str>,
        /// Types of the items affected or edited.
        ci_types: Vec<&'a str>,
        /// Path patterns of edited files.
        paths: Vec<&'a str>,
        /// Criticality of services that are reached.
        criticality: Vec<Criticality>,
        /// Branches into which it is to be merged.
        branches: Vec<&'a str>,
    }
}

view! {
    /// When a change may have a major effect; all that is filled in must hold.
    MajorEffect<'a> of "change_policy" at "/major_criteria/*" {
        /// Its name.
        id: Option<&'a str>,
        /// The criterion in words.
        text: Option<&'a str>,
        /// Kinds of what is affected directly.
        kinds: Vec<&'a str>,
        /// The types of change.
        types: Vec<ChangeType>,
        /// Criticality of what is reached.
        criticality: Vec<Criticality>,
        /// More services than this are reached.
        services_over: Option<i64>,
        /// The interruption is longer than this.
        downtime_over: Option<Duration>,
        /// It costs more than this.
        cost_over: Option<At<'a>>,
        /// Classes of data that what is affected directly holds.
        data_class: Vec<&'a str>,
    }
}

view! {
    /// How risk is computed.
    RiskTerms<'a> of "change_policy" at "/risk" {
        /// The most points of each term.
        weights: Option<At<'a>>,
        /// From how many points on a level holds.
        levels: Vec<LevelFrom<'a>>,
    }
}

view! {
    /// From how many points on a level holds.
    LevelFrom<'a> of "change_policy" at "/risk/levels/*" {
        /// The level.
        id: Option<&'a str>,
        /// The points.
        from: Option<i64>,
    }
}

view! {
    /// A program whose approval counts.
    VotingBot<'a> of "change_policy" at "/bots/*" {
        /// Number of the app.
        app_id: Option<i64>,
        /// The role in which it agrees.
        role: Option<Ref<'a, RoleKind>>,
        /// The categories in which it may.
        categories: Vec<&'a str>,
    }
}

view! {
    /// What makes up for authors who vote.
    SmallTeam<'a> of "change_policy" at "/small_team" {
        /// What.
        control: Option<&'a str>,
        /// Last day.
        until: Option<Date>,
    }
}

view! {
    /// When taking back needs nobody.
    Reverts<'a> of "change_policy" at "/reverts" {
        /// Longest time since the merge.
        within: Option<Duration>,
    }
}

words! {
    /// Why somebody cannot vote on a change.
    Part {
        /// Opened the pull request.
        Author = "author",
        /// Committed.
        Committer = "committer",
        /// Is named as co-author.
        CoAuthor = "co_author",
        /// Pushed.
        Pusher = "pusher",
        /// Asked for it.
        Requester = "requester",
        /// Carries it out.
        Implementer = "implementer",
        /// Tested it.
        Tester = "tester",
    }
}

impl Part {
    /// All of them; who they are cannot vote where the policy says nothing.
    pub const ALL: [Self; 7] =
        [Self::Author, Self::Committer, Self::CoAuthor, Self::Pusher, Self::Requester, Self::Implementer, Self::Tester];
}

impl Category<'_> {
    /// Whether it is for what cannot wait: by its word, or because it may begin before all have agreed.
    #[must_use]
    pub fn is_emergency(self) -> bool {
        self.id() == Some("emergency")
            || self.retrospective_within().is_some()
            || self.incident_required() == Some(true)
    }
}
