"""Simcord's Discord with the rules that it leaves out: of threads (archived, locked, private, one a message), and a message's nonce."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

import discord
from simcord.backend import Backend, serializers
from simcord.backend import permissions as bits
from simcord.backend.access import channel_accessible
from simcord.backend.errors import BackendError, cannot_execute_on_channel_type, invalid_form_body
from simcord.backend.models import Channel, Guild, Interaction, Message
from simcord.enums import ChannelType

from adapters.discord.places import NEEDED

THREAD_ARCHIVED: Final = (50083, "Thread is archived")
THREAD_LOCKED: Final = (160005, "Thread is locked")
THREAD_EXISTS: Final = (160004, "A thread has already been created for this message")
TOO_MANY_THREADS: Final = (160006, "Maximum number of active threads reached")
TOKEN_EXPIRED: Final = (50027, "Invalid Webhook Token")
ARCHIVE_AFTER: Final = (60, 1440, 4320, 10080)
HAVE_THREADS: Final = (ChannelType.TEXT, ChannelType.NEWS, ChannelType.FORUM)
INVITED: Final = NEEDED | discord.Permissions(manage_roles=True)  # which its operator may grant beside
SEEN_BY_ALL: Final = ("GUILD_", "INTERACTION_")  # how events begin of which the bot is told wherever they are


class Discord(Backend):
    """Simcord's backend with the rules about threads that it leaves out."""

    nonce: str | None = None  # of the message that is being created
    most_threads: int | None = None  # active ones in a server

    def create_guild(self, name: str, **options: Any) -> Guild:
        """Make a server into which the bot was let as its invitation asks, where simcord lets it do all but administrate."""
        guild = super().create_guild(name, **options)
        own = guild.members[self.bot_user.id].role_ids
        self.edit_role(guild.id, own[0], {"permissions": INVITED.value})
        return guild

    def emit(self, event: str, payload: Mapping[str, Any]) -> None:
        """Announce an event, unless it is of a private thread that the bot is not in; a new message carries its nonce."""
        if event == "GUILD_CREATE":
            payload = {**payload, "threads": self._listed(int(payload["id"]))}
        if self._is_told(event, payload):
            nonce = {"nonce": self.nonce} if event == "MESSAGE_CREATE" and self.nonce else {}
            super().emit(event, {**payload, **nonce})

    def commit_message(self, message: Message, *, broadcast: bool = True) -> Message:
        """Keep a message; in an archived thread it wakes the thread, in a locked one only moderators speak."""
        thread = self.get_channel(message.channel_id)
        if (meta := thread.thread_metadata) is not None:
            barred = meta.locked and not self.may(message.author_id, thread, "manage_threads")
            if barred and (meta.archived or not message.is_ephemeral):
                raise BackendError(403, *(THREAD_ARCHIVED if meta.archived else THREAD_LOCKED))
            if meta.archived and not message.is_ephemeral:
                self.edit_channel(thread.id, {}, thread_metadata={"archived": False})
            self._invite(thread, message)
        return super().commit_message(message, broadcast=broadcast)

    def edit_message(self, channel_id: int, message_id: int, fields: dict[str, Any]) -> Message:
        """Change a message, unless it stands in an archived or locked thread."""
        message = self.get_message(channel_id, message_id)
        if not message.is_ephemeral:
            self._refuse_archived(channel_id)
            self._refuse_locked(channel_id, message.author_id)
        return super().edit_message(channel_id, message_id, fields)

    def set_reaction(self, channel_id: int, message_id: int, emoji: str, user_id: int, reacted: bool) -> None:
        """Add or take away a reaction, unless the thread is archived; in a locked one that is active it may be."""
        self._refuse_archived(channel_id)
        super().set_reaction(channel_id, message_id, emoji, user_id, reacted)

    def create_thread(self, parent_id: int, name: str, owner_id: int, **options: Any) -> Channel:
        """Open a thread; a message has one at most, whose id is the message's."""
        if options.get("message_id") in self.channels:
            raise BackendError(400, *THREAD_EXISTS)
        if self.get_channel(parent_id).type not in HAVE_THREADS:
            raise cannot_execute_on_channel_type()
        guild = self.get_channel(parent_id).guild_id or 0
        if self.most_threads is not None and len(self.active_threads(guild)) >= self.most_threads:
            raise BackendError(400, *TOO_MANY_THREADS)
        if not 1 <= len(name) <= 100:
            raise invalid_form_body("name: Must be between 1 and 100 in length.")
        if options.get("auto_archive_duration", 1440) not in ARCHIVE_AFTER:
            raise invalid_form_body(f"auto_archive_duration: Value must be one of {ARCHIVE_AFTER}.")
        return super().create_thread(parent_id, name, owner_id, **options)

    def add_thread_member(self, thread_id: int, user_id: int) -> Channel:
        """Let somebody into a thread; the bot is told of one that it may see from now on."""
        thread = self.get_thread(thread_id)
        if user_id == self.bot_user.id and user_id not in thread.thread_members:
            thread.thread_members[user_id] = self.now_iso()
            self.emit("THREAD_CREATE", self._shown(thread))
            del thread.thread_members[user_id]
        return super().add_thread_member(thread_id, user_id)

    def remove_thread_member(self, thread_id: int, user_id: int) -> Channel:
        """Take somebody out of a thread; the bot is told so of itself."""
        thread = self.get_thread(thread_id)
        was_in = user_id in thread.thread_members
        removed = super().remove_thread_member(thread_id, user_id)
        if was_in and user_id == self.bot_user.id and not self._sees(thread.id):
            told = {"id": str(thread.id), "guild_id": str(thread.guild_id), "removed_member_ids": [str(user_id)]}
            Backend.emit(self, "THREAD_MEMBERS_UPDATE", {**told, "member_count": len(thread.thread_members)})
        return removed

    def archive_idle(self) -> None:
        """Put to sleep the threads in which nobody said anything for as long as they are set to wait."""
        now = self.clock.now()
        for thread in [c for c in self.channels.values() if c.thread_metadata and not c.thread_metadata.archived]:
            assert thread.thread_metadata is not None
            said = [message.timestamp for message in self.messages[thread.id].values()]
            last = max(map(datetime.fromisoformat, [thread.thread_metadata.archive_timestamp, *said]))
            if now - last >= timedelta(minutes=thread.thread_metadata.auto_archive_duration):
                changes = {"archived": True, "archive_timestamp": self.now_iso()}
                self.edit_channel(thread.id, {}, thread_metadata=changes)

    def delete_channel(self, channel_id: int) -> None:
        """Delete a channel, and its threads with it."""
        for thread in [c for c in self.channels.values() if c.is_thread and c.parent_id == channel_id]:
            super().delete_channel(thread.id)
        super().delete_channel(channel_id)

    def interaction_by_token(self, token: str) -> Interaction:
        """Return an interaction, unless its fifteen minutes are over."""
        known = self.interactions.get(self.interaction_tokens.get(token, 0))
        if (
            known is not None
            and known.responded
            and known.expires_at is not None
            and self.now_iso() >= known.expires_at
        ):
            raise BackendError(401, *TOKEN_EXPIRED)
        return super().interaction_by_token(token)

    def may(self, user_id: int, channel: Channel, permission: str) -> bool:
        """Whether a user has a permission in a channel."""
        held = self.compute_permissions(channel.guild_id, user_id, channel.id) if channel.guild_id else 0
        return bool(held & bits.flag(permission))

    def _refuse_archived(self, channel_id: int) -> None:
        meta = self.get_channel(channel_id).thread_metadata
        if meta is not None and meta.archived:
            raise BackendError(400, *THREAD_ARCHIVED)

    def _refuse_locked(self, channel_id: int, user_id: int) -> None:
        thread = self.get_channel(channel_id)
        locked = thread.thread_metadata is not None and thread.thread_metadata.locked
        if locked and not self.may(user_id, thread, "manage_threads"):
            raise BackendError(403, *THREAD_LOCKED)

    def _invite(self, thread: Channel, message: Message) -> None:
        """Let in whom a message in a private thread mentions, if they see the channel that it is in."""
        if thread.type != ChannelType.PRIVATE_THREAD or message.is_ephemeral:
            return
        for user in map(int, re.findall(r"<@!?(\d+)>", message.content or "")):
            if channel_accessible(self, thread.parent_id or 0, user):
                self.add_thread_member(thread.id, user)

    def _sees(self, channel_id: int) -> bool:
        """Whether the bot is told what happens in a place: in a private thread it has to be a member, or a moderator."""
        place = self.channels.get(channel_id)
        private = place is not None and place.type == ChannelType.PRIVATE_THREAD
        return not private or channel_accessible(self, channel_id, self.bot_user.id)

    def _is_told(self, event: str, payload: Mapping[str, Any]) -> bool:
        if event.startswith(SEEN_BY_ALL):
            return True
        own = payload.get("id") if event.startswith("THREAD_") else payload.get("channel_id")
        return own is None or self._sees(int(own))

    def _listed(self, guild_id: int) -> list[Mapping[str, Any]]:
        """Return the active threads of a server that the bot may see."""
        return [self._shown(thread) for thread in self.active_threads(guild_id) if self._sees(thread.id)]

    def _shown(self, thread: Channel) -> Mapping[str, Any]:
        mine = self.bot_user.id in thread.thread_members
        own = {"member": serializers.thread_member_payload(thread, self.bot_user.id)} if mine else {}
        return {**serializers.thread_payload(self, thread), **own}
