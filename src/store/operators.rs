//! Operators, whichever tenants they belong to.

use crate::model::{OperatorId, Role, TenantId, Timestamp};
use crate::store::columns::read_id;
use crate::store::schema::{memberships, operators};
use crate::store::{Db, StoreResult, query, read};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

/// Someone who may sign in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operator {
    pub id: OperatorId,
    pub email: String,
    pub name: String,
}

/// Adds an operator over this connection.
macro_rules! insert_operator {
    ($conn:expr, $operator:expr, $password_hash:expr, $now:expr) => {{
        use $crate::store::schema::operators;
        diesel::insert_into(operators::table)
            .values((
                operators::id.eq($operator.id.as_str()),
                operators::email.eq(&$operator.email),
                operators::name.eq(&$operator.name),
                operators::password_hash.eq($password_hash),
                operators::created_at.eq($now.naive_utc()),
            ))
            .execute($conn)
            .await
    }};
}
pub(super) use insert_operator;

impl Db {
    /// Adds an operator. `email` must be in lower case.
    ///
    /// # Errors
    /// A unique violation when the email is taken.
    pub async fn create_operator(
        &self,
        operator: &Operator,
        password_hash: &str,
        now: Timestamp,
    ) -> StoreResult<()> {
        query!(self, conn => {
            insert_operator!(conn, operator, password_hash, now)
        })?;
        Ok(())
    }

    /// The operator with this email, in lower case.
    pub async fn operator(&self, email: &str) -> StoreResult<Option<Operator>> {
        let row: Option<(String, String)> = read!(self, conn => {
            operators::table
                .filter(operators::email.eq(email))
                .select((operators::id, operators::name))
                .first(conn)
                .await
                .optional()
        })?;
        row.map(|(id, name)| {
            Ok(Operator { id: read_id("operators.id", &id)?, email: email.to_owned(), name })
        })
        .transpose()
    }

    /// The operator's display name; `None` when there is no such operator.
    pub async fn operator_name(&self, operator_id: &OperatorId) -> StoreResult<Option<String>> {
        Ok(read!(self, conn => {
            operators::table
                .find(operator_id.as_str())
                .select(operators::name)
                .first(conn)
                .await
                .optional()
        })?)
    }

    /// The operator with this email (in lower case), and their password hash if they have one.
    pub async fn credentials(
        &self,
        email: &str,
    ) -> StoreResult<Option<(OperatorId, Option<String>)>> {
        let row: Option<(String, Option<String>)> = read!(self, conn => {
            operators::table
                .filter(operators::email.eq(email))
                .select((operators::id, operators::password_hash))
                .first(conn)
                .await
                .optional()
        })?;
        row.map(|(id, hash)| Ok((read_id("operators.id", &id)?, hash))).transpose()
    }

    /// The email of the tenant's first owner, for its Stripe Customer.
    pub async fn owner_email(&self, tenant_id: &TenantId) -> StoreResult<Option<String>> {
        let email = read!(self, conn => {
            memberships::table
                .inner_join(operators::table)
                .filter(memberships::tenant_id.eq(tenant_id.as_str()))
                .filter(memberships::role.eq(Role::Owner.as_str()))
                .order((operators::created_at, operators::id))
                .select(operators::email)
                .first(conn)
                .await
                .optional()
        })?;
        Ok(email)
    }
}
