//! Operators and the tenants they belong to.

use crate::model::{OperatorId, Role, TenantId, Timestamp};
use crate::store::schema::{memberships, operators};
use crate::store::{Db, StoreError, StoreResult, query, read};
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

    /// Makes an operator one of the tenant's people, or changes their role.
    pub async fn put_membership(
        &self,
        tenant_id: &TenantId,
        operator_id: &OperatorId,
        role: Role,
    ) -> StoreResult<()> {
        query!(self, conn => {
            diesel::insert_into(memberships::table)
                .values((
                    memberships::operator_id.eq(operator_id.as_str()),
                    memberships::tenant_id.eq(tenant_id.as_str()),
                    memberships::role.eq(role.as_str()),
                ))
                .on_conflict((memberships::operator_id, memberships::tenant_id))
                .do_update()
                .set(memberships::role.eq(role.as_str()))
                .execute(conn)
                .await
        })?;
        Ok(())
    }

    /// What others see the operator as; `None` when there is no such operator.
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

    /// Whose email (in lower case) this is, and the hash of their password if they have one.
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
        row.map(|(id, hash)| Ok((read_operator_id(id)?, hash))).transpose()
    }

    /// The operator's role in the tenant.
    pub async fn role(
        &self,
        tenant_id: &TenantId,
        operator_id: &OperatorId,
    ) -> StoreResult<Option<Role>> {
        let role: Option<String> = read!(self, conn => {
            memberships::table
                .find((operator_id.as_str(), tenant_id.as_str()))
                .select(memberships::role)
                .first(conn)
                .await
                .optional()
        })?;
        role.map(|role| read_role(&role)).transpose()
    }

    /// The email of the tenant's first owner, for its Stripe customer.
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

pub(crate) fn read_operator_id(id: String) -> StoreResult<OperatorId> {
    id.parse().map_err(|_| StoreError::Unreadable(format!("operators.id '{id}'")))
}

pub(crate) fn read_role(text: &str) -> StoreResult<Role> {
    Ok(text.parse()?)
}
