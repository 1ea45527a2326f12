//! Conditions without bind parameters.

use diesel::backend::Backend;
use diesel::expression::{
    AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate,
};
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::sql_types::Bool;

/// A condition without bind parameters, for a partial index: a database that plans a query before it
/// knows the values can't tell that they match the index.
///
/// Unlike with `diesel::dsl::sql`, the statement stays prepared: its text never changes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Literally(pub &'static str);

impl Expression for Literally {
    type SqlType = Bool;
}

impl<DB: Backend> QueryFragment<DB> for Literally {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql(self.0);
        Ok(())
    }
}

/// Two of them are the same type with different texts, so the text tells statements apart.
impl QueryId for Literally {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<Source> SelectableExpression<Source> for Literally {}
impl<Source> AppearsOnTable<Source> for Literally {}

impl<GroupBy> ValidGrouping<GroupBy> for Literally {
    type IsAggregate = is_aggregate::Never;
}
