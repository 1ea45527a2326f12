//! Agents, and the quota they must stay within.

use crate::model::{Agent, AgentId, AgentIds, AgentList, Name, TenantId, Timestamp};
use crate::store::activity::tell;
use crate::store::agent_row::{AgentRow, AgentState};
use crate::store::columns::read_count;
use crate::store::schema::{agents, tenants};
use crate::store::{Db, NewActivity, StoreResult, Switch, change, read};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

/// Reads the tenant's quota. Inside [`change!`] it can't change until the transaction ends.
macro_rules! quota {
    ($conn:ident, $tenant_id:expr) => {{
        let quota: i32 = tenants::table
            .filter(tenants::id.eq($tenant_id.as_str()))
            .select(tenants::agent_quota)
            .first(&mut *$conn)
            .await?;
        read_count(quota.into())?
    }};
}

/// How many more agents may be active under this quota.
macro_rules! free_seats {
    ($conn:ident, $tenant_id:expr, $quota:expr) => {{
        let active: i64 = agents::table
            .filter(agents::tenant_id.eq($tenant_id.as_str()).and(agents::active))
            .count()
            .get_result(&mut *$conn)
            .await?;
        $quota.saturating_sub(read_count(active)?)
    }};
}

/// Records which agents are turned off first when the quota shrinks, replacing any earlier choice, on
/// the connection of an open transaction.
macro_rules! choose_leaving {
    ($conn:ident, $tenant_id:expr, $agent_ids:expr) => {{
        use $crate::store::schema::agents;
        let chosen: Vec<&str> = $agent_ids.iter().map(AgentId::as_str).collect();
        diesel::update(agents::table)
            .filter(agents::tenant_id.eq($tenant_id.as_str()).and(agents::leaving))
            .set(agents::leaving.eq(false))
            .execute(&mut *$conn)
            .await?;
        diesel::update(agents::table)
            .filter(agents::tenant_id.eq($tenant_id.as_str()))
            .filter(agents::id.eq_any(chosen))
            .set(agents::leaving.eq(true))
            .execute(&mut *$conn)
            .await?;
    }};
}
pub(crate) use choose_leaving;

/// The outcome of a request that may need seats.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Seated<T> {
    /// Done as requested.
    Done(T),
    /// Too few seats are free, only `free`: nothing was changed.
    Full { agent_quota: u32, free: u32 },
    /// The tenant already has `most` agents, active or not, and may have no more: nothing was changed.
    TooMany { most: u32 },
    /// The tenant has no such agent: nothing was changed.
    NoSuchAgent,
}

impl Db {
    /// The tenant's agents, oldest first, with the quota.
    pub async fn agents(&self, tenant_id: &TenantId) -> StoreResult<AgentList> {
        let rows: Vec<(i32, Option<AgentRow>)> = read!(self, conn => {
            tenants::table
                .left_join(agents::table.on(agents::tenant_id.eq(tenants::id)))
                .filter(tenants::id.eq(tenant_id.as_str()))
                .order((agents::created_at.asc(), agents::id.asc()))
                .select((tenants::agent_quota, Option::<AgentRow>::as_select()))
                .load(conn)
                .await
        })?;
        let quota = rows.last().map_or(0, |(quota, _)| *quota);
        let agents = rows
            .into_iter()
            .filter_map(|(_, row)| row)
            .map(AgentRow::into_agent)
            .collect::<StoreResult<Vec<_>>>()?;
        let active = agents.iter().filter(|agent| agent.active).count();
        Ok(AgentList {
            agents_active: u32::try_from(active).unwrap_or(u32::MAX),
            agent_quota: read_count(quota.into())?,
            agents,
        })
    }

    /// Records which agents are turned off first when the quota shrinks, replacing any earlier choice.
    pub async fn choose_leaving(
        &self,
        tenant_id: &TenantId,
        agent_ids: &[AgentId],
    ) -> StoreResult<()> {
        change!(self, tenant_id, conn => {
            choose_leaving!(conn, tenant_id, agent_ids);
            Ok(())
        })
    }

    /// Adds an active agent if the quota has a free seat and the tenant has fewer agents, active or
    /// not, than `most` allows for the quota.
    pub async fn create_agent(
        &self,
        tenant_id: &TenantId,
        agent_id: &AgentId,
        name: &Name,
        most: fn(u32) -> u32,
        entry: &NewActivity,
        now: Timestamp,
    ) -> StoreResult<Seated<Agent>> {
        change!(self, tenant_id, conn => {
            let agent_quota = quota!(conn, tenant_id);
            let free = free_seats!(conn, tenant_id, agent_quota);
            if free == 0 {
                return Ok(Seated::Full { agent_quota, free });
            }
            let agents: i64 = agents::table
                .filter(agents::tenant_id.eq(tenant_id.as_str()))
                .count()
                .get_result(&mut *conn)
                .await?;
            let most = most(agent_quota);
            if read_count(agents)? >= most {
                return Ok(Seated::TooMany { most });
            }
            let row: AgentRow = diesel::insert_into(agents::table)
                .values((
                    agents::id.eq(agent_id.as_str()),
                    agents::tenant_id.eq(tenant_id.as_str()),
                    agents::name.eq(name.as_str()),
                    agents::active.eq(true),
                    agents::created_at.eq(now.naive_utc()),
                ))
                .returning(AgentRow::as_returning())
                .get_result(&mut *conn)
                .await?;
            tell!(conn, tenant_id, now, [entry.clone().of(&row.name)].iter());
            Ok(Seated::Done(row.into_agent()?))
        })
    }

    /// Renames an agent. `None` when the tenant has no such agent.
    pub async fn rename_agent(
        &self,
        tenant_id: &TenantId,
        agent_id: &AgentId,
        name: &Name,
        entry: &NewActivity,
        now: Timestamp,
    ) -> StoreResult<Option<Agent>> {
        let row: Option<AgentRow> = change!(self, tenant_id, conn => {
            let agent = || {
                agents::table
                    .filter(agents::tenant_id.eq(tenant_id.as_str()))
                    .filter(agents::id.eq(agent_id.as_str()))
            };
            let found: Option<AgentRow> =
                agent().select(AgentRow::as_select()).first(&mut *conn).await.optional()?;
            let Some(mut row) = found else { return Ok(None) };
            let before = std::mem::replace(&mut row.name, name.as_str().to_owned());
            if before != row.name {
                diesel::update(agent())
                    .set(agents::name.eq(name.as_str()))
                    .execute(&mut *conn)
                    .await?;
                tell!(conn, tenant_id, now, [entry.clone().from(before).to(&row.name)].iter());
            }
            Ok(Some(row))
        })?;
        row.map(AgentRow::into_agent).transpose()
    }

    /// Turns agents on, if the quota has seats for all of them, or off in the operator's name. Those
    /// already in that state stay as they are; the entry names the others. Returns all, oldest first.
    pub async fn switch_agents(
        &self,
        tenant_id: &TenantId,
        agent_ids: &AgentIds,
        to: Switch,
        entry: &NewActivity,
        now: Timestamp,
    ) -> StoreResult<Seated<Vec<Agent>>> {
        let ids: Vec<&str> = agent_ids.as_slice().iter().map(AgentId::as_str).collect();
        let state = match to {
            Switch::On => AgentState::on(),
            Switch::Off => AgentState::off_by(&entry.actor, now),
        };
        change!(self, tenant_id, conn => {
            let agent_quota = quota!(conn, tenant_id);
            let mut rows: Vec<AgentRow> = agents::table
                .filter(agents::tenant_id.eq(tenant_id.as_str()))
                .filter(agents::id.eq_any(ids.iter().copied()))
                .order((agents::created_at.asc(), agents::id.asc()))
                .select(AgentRow::as_select())
                .load(&mut *conn)
                .await?;
            if rows.len() < ids.len() {
                return Ok(Seated::NoSuchAgent);
            }
            let changing: Vec<&mut AgentRow> =
                rows.iter_mut().filter(|row| !row.state.is(to)).collect();
            if to == Switch::On {
                let free = free_seats!(conn, tenant_id, agent_quota);
                if changing.len() > free as usize {
                    return Ok(Seated::Full { agent_quota, free });
                }
            }
            if !changing.is_empty() {
                diesel::update(agents::table)
                    .filter(agents::tenant_id.eq(tenant_id.as_str()))
                    .filter(agents::id.eq_any(changing.iter().map(|row| row.id.as_str())))
                    .set(&state)
                    .execute(&mut *conn)
                    .await?;
                let names: Vec<&str> = changing.iter().map(|row| row.name.as_str()).collect();
                tell!(conn, tenant_id, now, [entry.clone().of(names.join(", "))].iter());
            }
            for row in changing {
                row.state = state.clone();
            }
            let agents = rows.into_iter().map(AgentRow::into_agent);
            Ok(Seated::Done(agents.collect::<StoreResult<_>>()?))
        })
    }
}
