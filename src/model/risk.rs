//! Risks and how they are judged (6.1).

use jiff::civil::Date;

use super::process::DocumentStatus;
use super::sms::Sms;
use super::view::{At, Ref};
use super::words::{PersonKind, RoleKind};

words! {
    /// Status of a risk.
    RiskStatus {
        /// Seen, not yet judged.
        Identified = "identified",
        /// Judged.
        Assessed = "assessed",
        /// Being lowered.
        Treating = "treating",
        /// Watched.
        Monitored = "monitored",
        /// Accepted for a time.
        Accepted = "accepted",
        /// Over.
        Closed = "closed",
    }
}

words! {
    /// What is done about a risk.
    Treatment {
        /// Do not do what brings it.
        Avoid = "avoid",
        /// Lower it.
        Reduce = "reduce",
        /// Let another party carry part of it.
        Share = "share",
        /// Live with it.
        Accept = "accept",
    }
}

view! {
    /// A risk.
    Risk<'a> of "risk" at "" {
        /// Status.
        status: Option<RiskStatus>,
        /// What it threatens.
        affects: Vec<&'a str>,
        /// Before anything is done.
        inherent: Option<Rating<'a>>,
        /// What is done.
        treatment: Option<Treatment>,
        /// How.
        actions: Vec<&'a str>,
        /// After it is done.
        residual: Option<Rating<'a>>,
        /// Who lives with it, until when.
        acceptance: Option<Acceptance<'a>>,
    }
}

view! {
    /// How likely, how bad.
    Rating<'a> of "risk" at "/inherent" {
        /// Step of the likelihood scale.
        likelihood: Option<i64>,
        /// Step of the impact scale.
        impact: Option<i64>,
        /// Likelihood times impact.
        score: Option<i64>,
        /// Level by the matrix.
        level: Option<&'a str>,
    }
}

view! {
    /// A dated decision to live with a risk.
    Acceptance<'a> of "risk" at "/acceptance" {
        /// Who decided.
        by: Option<Ref<'a, PersonKind>>,
        /// In which role.
        role: Option<Ref<'a, RoleKind>>,
        /// When.
        at: Option<Date>,
        /// Until when.
        until: Option<Date>,
    }
}

view! {
    /// How risks are judged.
    RiskCriteria<'a> of "risk_criteria" at "" {
        /// Status.
        status: Option<DocumentStatus>,
        /// First day.
        effective_from: Option<Date>,
        /// A row for each likelihood.
        matrix: Vec<MatrixRow<'a>>,
        /// Levels, from the lowest to the highest.
        levels: Vec<RiskLevel<'a>>,
        /// The highest level that is lived with without a decision.
        appetite: Option<&'a str>,
    }
}

view! {
    /// A row of the matrix.
    MatrixRow<'a> of "risk_criteria" at "/matrix/*" {
        /// The likelihood.
        likelihood: Option<i64>,
        /// The level for impact 1, 2 and so on.
        levels: Vec<At<'a>>,
    }
}

view! {
    /// A level.
    RiskLevel<'a> of "risk_criteria" at "/levels/*" {
        /// Its word.
        id: Option<&'a str>,
        /// Whether it may be lived with.
        acceptable: Option<bool>,
        /// Who may decide to live with it.
        acceptance_roles: Vec<&'a str>,
    }
}

impl<'a> Risk<'a> {
    /// Its ratings with their names, inherent first.
    #[must_use]
    pub fn ratings(self) -> Vec<(&'static str, Rating<'a>)> {
        let both = [("inherent", self.inherent()), ("residual", self.residual())];
        both.into_iter().filter_map(|(name, rating)| Some((name, rating?))).collect()
    }
}

impl<'a> RiskCriteria<'a> {
    /// The criteria in force; of several, those that came last.
    #[must_use]
    pub fn in_force(sms: &'a Sms<'_>) -> Option<Self> {
        let all = sms.all::<Self>().filter(|criteria| criteria.status() == Some(DocumentStatus::InForce));
        all.max_by_key(|criteria| criteria.effective_from())
    }

    /// The level of a likelihood and an impact, each counted from 1.
    #[must_use]
    pub fn level(self, likelihood: i64, impact: i64) -> Option<&'a str> {
        let row = self.matrix().into_iter().find(|row| row.likelihood() == Some(likelihood))?;
        let column = usize::try_from(impact.checked_sub(1)?).ok()?;
        row.levels().get(column)?.node.as_str()
    }

    /// The place of a level among the levels, from the lowest.
    #[must_use]
    pub fn rank(self, level: &str) -> Option<usize> {
        self.levels().iter().position(|known| known.id() == Some(level))
    }

    /// Whether `level` is above what is lived with without a decision.
    #[must_use]
    pub fn is_above_appetite(self, level: &str) -> Option<bool> {
        Some(self.rank(level)? > self.rank(self.appetite()?)?)
    }
}
