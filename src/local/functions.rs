//! The functions of expressions.

use super::eval::{Problem, Result, Run, failed};
use super::expr::{Expr, Function};
use super::value::{Value, Words};
use crate::base::exact::Exact;

/// Calls `function` on values whose number fits.
pub(super) fn call<'v>(run: &mut Run<'v>, expr: &Expr, function: Function, values: &[Value<'v>]) -> Result<'v> {
    let [first, rest @ ..] = values else { return Err(failed(expr, "there is nothing to work on")) };
    run.spend(first.weight(run.world), expr)?;
    let wants = |what: &str| failed(expr, format!("this wants {what}, but it gets {}", first.type_name()));
    match function {
        Function::Size => {
            let size = first.size(run.world).ok_or_else(|| wants("text, a list or a mapping"))?;
            Ok(Value::Number(Exact::from(i64::try_from(size).unwrap_or(i64::MAX))))
        }
        Function::Contains | Function::StartsWith | Function::EndsWith => {
            let Some(Value::Text(part)) = rest.first() else {
                return Err(failed(expr, "the second value must be text"));
            };
            let Value::Text(text) = first else { return Err(wants("text")) };
            Ok(Value::Bool(match function {
                Function::Contains => text.contains(&**part),
                Function::StartsWith => text.starts_with(&**part),
                _ => text.ends_with(&**part),
            }))
        }
        Function::Lower => match first {
            Value::Text(text) => run.text(expr, text.to_lowercase()),
            _ => Err(wants("text")),
        },
        Function::Join => {
            let Some(Value::Text(between)) = rest.first() else {
                return Err(failed(expr, "the second value must be text"));
            };
            let items = listed(run, expr, first)?;
            let items: Vec<String> = items.iter().map(|item| item.shown(run.world)).collect();
            let length: usize = items.iter().map(|item| item.len() + between.len()).sum();
            run.spend(length as u64 / 16, expr)?;
            run.text(expr, items.join(between))
        }
        Function::Sum => {
            let mut sum = Exact::zero();
            for item in listed(run, expr, first)? {
                let Value::Number(number) = &item else {
                    return Err(failed(expr, format!("sum() is for numbers, but an item is {}", item.type_name())));
                };
                sum = &sum + number;
            }
            Ok(Value::Number(sum))
        }
        Function::Text => match first {
            Value::Text(_) => Ok(first.clone()),
            other => run.text(expr, other.shown(run.world)),
        },
        Function::Number => match first {
            Value::Number(_) => Ok(first.clone()),
            Value::Text(text) => {
                let number = Exact::parse_literal(text.trim().trim_end_matches('%').trim_end());
                number.map(Value::Number).ok_or_else(|| failed(expr, "the text is no number"))
            }
            _ => Err(wants("a number or text")),
        },
        Function::Date => {
            first.time().map(Value::Time).ok_or_else(|| wants("a day like 2026-11-09 or an instant with an offset"))
        }
        Function::Duration => {
            first.length().map(Value::Length).ok_or_else(|| wants("a length of time like 90d or 4h 30m"))
        }
        Function::Days => {
            let seconds = first.length().ok_or_else(|| wants("a length of time"))?;
            Ok(Value::Number(Exact::from(seconds).over(&Exact::from(86_400)).unwrap_or_else(Exact::zero)))
        }
        Function::Ref => match first {
            Value::Text(id) => Ok(run.world.find(id).map_or(Value::Null, Value::Record)),
            Value::Null => Ok(Value::Null),
            _ => Err(wants("an id")),
        },
        Function::Incoming | Function::Outgoing => around(run, expr, function, first, rest.first()),
        Function::Records => match first {
            Value::Text(kind) => {
                let records = run.world.of_kind(kind);
                records_of(run, expr, records, None)
            }
            _ => Err(wants("the name of a kind")),
        },
    }
}

/// The items of a list; nothing has none.
fn listed<'v>(run: &mut Run<'v>, expr: &Expr, value: &Value<'v>) -> std::result::Result<Vec<Value<'v>>, Problem> {
    let items = match value {
        Value::Null => Vec::new(),
        value => value.items(run.world).ok_or_else(|| failed(expr, format!("{} has no items", value.type_name())))?,
    };
    run.spend(items.len() as u64, expr)?;
    Ok(items)
}

/// The records that refer to a record, or that it refers to.
fn around<'v>(
    run: &mut Run<'v>,
    expr: &Expr,
    function: Function,
    of: &Value<'v>,
    kind: Option<&Value<'v>>,
) -> Result<'v> {
    let kind = match kind {
        None => None,
        Some(Value::Text(kind)) => Some(kind),
        Some(_) => return Err(failed(expr, "the kind must be text")),
    };
    let number = match of {
        Value::Record(number) => Some(*number),
        Value::Text(id) => run.world.find(id),
        Value::Null => None,
        other => return Err(failed(expr, format!("this wants a record or an id, but it gets {}", other.type_name()))),
    };
    let records = match number {
        Some(number) if function == Function::Incoming => run.world.incoming(number),
        Some(number) => run.world.outgoing(number),
        None => Vec::new(),
    };
    records_of(run, expr, records, kind)
}

fn records_of<'v>(run: &mut Run<'v>, expr: &Expr, records: Vec<u32>, kind: Option<&Words<'v>>) -> Result<'v> {
    run.spend(records.len() as u64, expr)?;
    let fits = |number: &u32| kind.is_none_or(|kind| run.world.subject(*number).kind.name == **kind);
    Ok(Value::list(records.into_iter().filter(fits).map(Value::Record).collect()))
}
