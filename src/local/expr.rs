//! Expressions as they are run: names resolved, each part with its place.

use regex::Regex;

use crate::base::exact::Exact;

/// A part of an expression.
#[derive(Debug)]
pub(super) struct Expr {
    /// Its first byte in the expression.
    pub(super) start: u32,
    /// The byte behind its last.
    pub(super) end: u32,
    pub(super) is: Is,
}

impl Expr {
    /// Whether its value depends on the instant.
    pub(super) fn looks_at_the_clock(&self) -> bool {
        let any = |parts: &[&Self]| parts.iter().any(|part| part.looks_at_the_clock());
        match &self.is {
            Is::Variable(variable) => matches!(variable, Variable::Today | Variable::Now),
            Is::Constant(_) | Is::Bound(_) => false,
            Is::Select(of, _) | Is::Has(of, _) | Is::Not(of) | Is::Negate(of) | Is::Matches(of, _) => any(&[of]),
            Is::Index(a, b) | Is::And(a, b) | Is::Or(a, b) | Is::Binary(_, a, b) => any(&[a, b]),
            Is::If(parts) => parts.iter().any(Self::looks_at_the_clock),
            Is::List(parts) | Is::Call(_, parts) => parts.iter().any(Self::looks_at_the_clock),
            Is::Map(entries) => entries.iter().any(|(key, value)| any(&[key, value])),
            Is::Macro(walk) => any(&[&walk.range, &walk.body]) || walk.made.iter().any(Self::looks_at_the_clock),
        }
    }
}

#[derive(Debug)]
pub(super) enum Is {
    Constant(Constant),
    Variable(Variable),
    /// A name that a macro binds, by its depth from the outside.
    Bound(usize),
    Select(Box<Expr>, String),
    Has(Box<Expr>, String),
    Index(Box<Expr>, Box<Expr>),
    Not(Box<Expr>),
    Negate(Box<Expr>),
    And(Box<Expr>, Box<Expr>),
    Or(Box<Expr>, Box<Expr>),
    If(Box<[Expr; 3]>),
    Binary(Op, Box<Expr>, Box<Expr>),
    List(Vec<Expr>),
    Map(Vec<(Expr, Expr)>),
    Call(Function, Vec<Expr>),
    Matches(Box<Expr>, Box<Regex>),
    Macro(Box<Macro>),
}

#[derive(Debug)]
pub(super) enum Constant {
    Null,
    Bool(bool),
    Number(Exact),
    Text(String),
}

/// The names that every expression knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Variable {
    Record,
    Item,
    Id,
    Kind,
    Status,
    Today,
    Now,
}

impl Variable {
    pub(super) const ALL: [(&'static str, Self); 7] = [
        ("record", Self::Record),
        ("item", Self::Item),
        ("id", Self::Id),
        ("kind", Self::Kind),
        ("status", Self::Status),
        ("today", Self::Today),
        ("now", Self::Now),
    ];
}

/// Operators on two values that both are worked out first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Op {
    Add,
    Subtract,
    Multiply,
    Divide,
    Modulo,
    Equal,
    Unequal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    In,
}

impl Op {
    /// By the name that the parser gives it.
    pub(super) const ALL: [(&'static str, Self); 12] = [
        ("_+_", Self::Add),
        ("_-_", Self::Subtract),
        ("_*_", Self::Multiply),
        ("_/_", Self::Divide),
        ("_%_", Self::Modulo),
        ("_==_", Self::Equal),
        ("_!=_", Self::Unequal),
        ("_<_", Self::Less),
        ("_<=_", Self::LessOrEqual),
        ("_>_", Self::Greater),
        ("_>=_", Self::GreaterOrEqual),
        ("@in", Self::In),
    ];

    /// As it is written.
    pub(super) fn sign(self) -> &'static str {
        Self::ALL.iter().find(|(_, op)| *op == self).map_or("", |(name, _)| name.trim_matches(['_', '@']))
    }
}

/// Functions; each can be called as `f(x, …)` and as `x.f(…)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Function {
    Size,
    Contains,
    StartsWith,
    EndsWith,
    Lower,
    Join,
    Sum,
    Text,
    Number,
    Date,
    Duration,
    Days,
    Ref,
    Incoming,
    Outgoing,
    Records,
}

impl Function {
    /// Name, function, fewest and most arguments.
    pub(super) const ALL: [(&'static str, Self, usize, usize); 17] = [
        ("size", Self::Size, 1, 1),
        ("contains", Self::Contains, 2, 2),
        ("startsWith", Self::StartsWith, 2, 2),
        ("endsWith", Self::EndsWith, 2, 2),
        ("lower", Self::Lower, 1, 1),
        ("join", Self::Join, 2, 2),
        ("sum", Self::Sum, 1, 1),
        ("string", Self::Text, 1, 1),
        ("number", Self::Number, 1, 1),
        ("date", Self::Date, 1, 1),
        ("timestamp", Self::Date, 1, 1),
        ("duration", Self::Duration, 1, 1),
        ("days", Self::Days, 1, 1),
        ("ref", Self::Ref, 1, 1),
        ("incoming", Self::Incoming, 1, 2),
        ("outgoing", Self::Outgoing, 1, 2),
        ("records", Self::Records, 1, 1),
    ];
}

/// A walk over a list, or over the keys of a mapping, with a name for each item.
#[derive(Debug)]
pub(super) struct Macro {
    pub(super) walk: Walk,
    pub(super) range: Expr,
    /// What is worked out for each item; of `map` with a condition, the condition.
    pub(super) body: Expr,
    /// What `map` makes of the items that its condition takes.
    pub(super) made: Option<Expr>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Walk {
    All,
    Exists,
    ExistsOne,
    Map,
    Filter,
}

impl Walk {
    pub(super) const ALL: [(&'static str, Self); 6] = [
        ("all", Self::All),
        ("exists", Self::Exists),
        ("exists_one", Self::ExistsOne),
        ("existsOne", Self::ExistsOne),
        ("map", Self::Map),
        ("filter", Self::Filter),
    ];
}
