// Written by `npm run openapi` from what the operations declare. Do not edit.

export interface paths {
    "/api/auth/login": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sign in with email and password
         * @description A session lasts 72 hours. At most 10 attempts a minute are taken for an account, and 100 from an address.
         *
         *     Open to anybody.
         */
        post: operations["login"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Choose a password in place of a temporary one, and be signed in
         * @description Open to anybody.
         */
        post: operations["choosePassword"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/refresh": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A new access token
         * @description The refresh token stays as it is, and the session ends when it would have ended.
         *
         *     Open to anybody.
         */
        post: operations["refresh"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/logout": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sign out of this session
         * @description The refresh token is revoked at once; the access token is refused everywhere within 20 seconds.
         *
         *     For anybody who signed in.
         */
        post: operations["logout"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Who is signed in, and a member of what
         * @description For anybody who signed in.
         */
        get: operations["getMe"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/me/settings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What front ends keep for the person
         * @description For anybody who signed in.
         */
        get: operations["getMySettings"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Change settings: what is named is replaced, and removed by null
         * @description For anybody who signed in.
         */
        patch: operations["patchMySettings"];
        trace?: never;
    };
    "/api/applications": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Applications that the caller is a member of; all of them for admins of the platform
         * @description For anybody who signed in.
         */
        get: operations["listApplications"];
        put?: never;
        /**
         * Make an application
         * @description For admins of the platform.
         */
        post: operations["createApplication"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/applications/{applicationId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * An application
         * @description Takes the permission `application:read` in the application: viewer, operator, admin.
         */
        get: operations["getApplication"];
        put?: never;
        post?: never;
        /**
         * Delete an application that has no devices and no rooms, with its members, API keys and device types
         * @description Takes the permission `application:manage` in the application: admin.
         */
        delete: operations["deleteApplication"];
        options?: never;
        head?: never;
        /**
         * Change an application; of its settings what is named is replaced, and removed by null
         * @description Takes the permission `application:manage` in the application: admin.
         */
        patch: operations["patchApplication"];
        trace?: never;
    };
    "/api/applications/{applicationId}/members": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Members of an application
         * @description Takes the permission `members:read` in the application: admin.
         */
        get: operations["listMembers"];
        put?: never;
        /**
         * Make a person a member
         * @description Who has no account yet is given one: Cognito sends them an invitation with a temporary password.
         *
         *     Takes the permission `members:manage` in the application: admin.
         */
        post: operations["addMember"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/applications/{applicationId}/members/{userId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * End a membership; in force everywhere within 20 seconds, live updates included
         * @description Takes the permission `members:manage` in the application: admin.
         */
        delete: operations["removeMember"];
        options?: never;
        head?: never;
        /**
         * Change what a member may do; in force everywhere within 20 seconds
         * @description Takes the permission `members:manage` in the application: admin.
         */
        patch: operations["patchMember"];
        trace?: never;
    };
    "/api/applications/{applicationId}/api-keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * API keys of an application, those that are over included
         * @description Takes the permission `apiKeys:read` in the application: admin.
         */
        get: operations["listApiKeys"];
        put?: never;
        /**
         * Make an API key for devices that send by HTTP or WebSocket
         * @description The key reads `fl_<applicationId>.<keyId>.<secret>` and is shown this once. A device signs with HMAC-SHA256 whose key is the 32 bytes of SHA-256(secret), the secret taken as the ASCII text that stands in the key. That hash alone is kept.
         *
         *     Takes the permission `apiKeys:manage` in the application: admin.
         */
        post: operations["createApiKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/applications/{applicationId}/api-keys/{keyId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Delete an API key
         * @description Takes the permission `apiKeys:manage` in the application: admin.
         */
        delete: operations["deleteApiKey"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/devices": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Devices of an application
         * @description With filters, one request looks at 2500 devices at most: a page may then hold fewer than `limit`, even none, and still have a `next`.
         *
         *     Takes the permission `devices:read` in the application: viewer, operator, admin.
         */
        get: operations["listDevices"];
        put?: never;
        /**
         * Register a device
         * @description Takes the permission `devices:manage` in the application: admin.
         */
        post: operations["createDevice"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/devices/{deviceId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A device as the registry knows it
         * @description Takes the permission `devices:read` in the device’s application: viewer, operator, admin.
         */
        get: operations["getDevice"];
        put?: never;
        post?: never;
        /**
         * Take a device out of the registry
         * @description Its certificates are revoked, and its shadows and newest values go with it; what it sent stays until it expires. A refusal because somebody changed it in that very moment may come after the revocation: ask again.
         *
         *     Takes the permission `devices:manage` in the device’s application: admin.
         */
        delete: operations["deleteDevice"];
        options?: never;
        head?: never;
        /**
         * Change a device
         * @description JSON Merge Patch (RFC 7396): null removes a field. Room and gateway have operations of their own.
         *
         *     Takes the permission `devices:manage` in the device’s application: admin.
         */
        patch: operations["patchDevice"];
        trace?: never;
    };
    "/api/devices/{deviceId}/room": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Move a device into a room, or out of any
         * @description Takes the permission `devices:operate` in the device’s application: operator, admin.
         */
        put: operations["moveDevice"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/devices/{deviceId}/latest": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The newest value of each metric of a device
         * @description Takes the permission `devices:read` in the device’s application: viewer, operator, admin.
         */
        get: operations["getLatestValues"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/gateways": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Gateways of an application, by id
         * @description Takes the permission `devices:read` in the application: viewer, operator, admin.
         */
        get: operations["listGateways"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/gateways/{gatewayId}/devices": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Devices that a gateway publishes for, by id
         * @description Takes the permission `devices:read` in the device’s application: viewer, operator, admin.
         */
        get: operations["listGatewayDevices"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/gateways/{gatewayId}/devices/{deviceId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Put a device behind a gateway
         * @description One that is behind another gateway changes over.
         *
         *     Takes the permission `devices:manage` in the device’s application: admin.
         */
        put: operations["attachDevice"];
        post?: never;
        /**
         * Take a device from behind its gateway
         * @description Takes the permission `devices:manage` in the device’s application: admin.
         */
        delete: operations["detachDevice"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/devices/import": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Register and change up to 500 devices
         * @description A row is a JSON Merge Patch of its device: what is not given stays, null and an empty cell remove. A bad row is refused with its reason, and never stops the others.
         *
         *     Takes the permission `devices:manage` in the application: admin.
         */
        post: operations["importDevices"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/devices/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Devices of an application as importDevices takes them
         * @description Takes the permission `devices:read` in the application: viewer, operator, admin.
         */
        get: operations["exportDevices"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/rooms": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Rooms of an application
         * @description With filters, one request looks at 2500 rooms at most: a page may then hold fewer than `limit`, even none, and still have a `next`.
         *
         *     Takes the permission `rooms:read` in the application: viewer, operator, admin.
         */
        get: operations["listRooms"];
        put?: never;
        /**
         * Make a room
         * @description Takes the permission `rooms:manage` in the application: operator, admin.
         */
        post: operations["createRoom"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/rooms/{roomId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A room
         * @description Takes the permission `rooms:read` in the room’s application: viewer, operator, admin.
         */
        get: operations["getRoom"];
        put?: never;
        post?: never;
        /**
         * Delete a room
         * @description Takes the permission `rooms:manage` in the room’s application: operator, admin.
         */
        delete: operations["deleteRoom"];
        options?: never;
        head?: never;
        /**
         * Change a room
         * @description JSON Merge Patch (RFC 7396): null removes a field.
         *
         *     Takes the permission `rooms:manage` in the room’s application: operator, admin.
         */
        patch: operations["patchRoom"];
        trace?: never;
    };
    "/api/rooms/{roomId}/devices": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Devices in a room, by id
         * @description Takes the permission `rooms:read` in the room’s application: viewer, operator, admin.
         */
        get: operations["listRoomDevices"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/rooms/{roomId}/state": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What the devices in a room say: each metric over all of them
         * @description Takes the permission `rooms:read` in the room’s application: viewer, operator, admin.
         */
        get: operations["getRoomState"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/rooms/import": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make and change up to 500 rooms
         * @description A row is a JSON Merge Patch of its room: what is not given stays, null and an empty cell remove. A bad row is refused with its reason, and never stops the others.
         *
         *     Takes the permission `rooms:manage` in the application: operator, admin.
         */
        post: operations["importRooms"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/rooms/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Rooms of an application as importRooms takes them
         * @description Takes the permission `rooms:read` in the application: viewer, operator, admin.
         */
        get: operations["exportRooms"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/devices/{deviceId}/commands": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Commands of a device, the newest first
         * @description With a state, one request looks at 2500 commands at most: a page may then hold fewer than `limit`, even none, and still have a `next`.
         *
         *     Takes the permission `devices:read` in the device’s application: viewer, operator, admin.
         */
        get: operations["listCommands"];
        put?: never;
        /**
         * Give a device a command
         * @description It waits until the device is connected and has ended what came before, or until it expires. A device behind a gateway is told by its gateway: it waits for that to be connected. With an Idempotency-Key it is safe to repeat.
         *
         *     Takes the permission `devices:operate` in the device’s application: operator, admin.
         */
        post: operations["createCommand"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/devices/{deviceId}/commands/{commandId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A command: who asked for what, when it was in which state, how it ended
         * @description Takes the permission `devices:read` in the device’s application: viewer, operator, admin.
         */
        get: operations["getCommand"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/devices/{deviceId}/commands/{commandId}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take a command back that the device has not acknowledged
         * @description Safe to repeat. A command that was sent may be carried out all the same; its answer changes nothing.
         *
         *     Takes the permission `devices:operate` in the device’s application: operator, admin.
         */
        post: operations["cancelCommand"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/rooms/{roomId}/commands": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Commands of a room, the newest first
         * @description With a filter, one request looks at 2500 commands at most: a page may then hold fewer than `limit`, even none, and still have a `next`.
         *
         *     Takes the permission `devices:read` in the room’s application: viewer, operator, admin.
         */
        get: operations["listRoomCommands"];
        put?: never;
        /**
         * Give the devices in a room a command
         * @description Up to 1000 devices. Who can't carry it out is refused, and named in the report. It is answered before the devices are told; with an Idempotency-Key it is safe to repeat.
         *
         *     Takes the permission `devices:operate` in the room’s application: operator, admin.
         */
        post: operations["createRoomCommand"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/rooms/{roomId}/commands/{commandId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A command of a room, and what became of its devices
         * @description The counts add up to its devices at any moment. Names are of devices that the caller sees.
         *
         *     Takes the permission `devices:read` in the room’s application: viewer, operator, admin.
         */
        get: operations["getRoomCommand"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/rooms/{roomId}/commands/{commandId}/children": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Devices of a command of a room
         * @description Takes the permission `devices:read` in the room’s application: viewer, operator, admin.
         */
        get: operations["listRoomCommandChildren"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/rooms/{roomId}/commands/{commandId}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cancel a command of a room
         * @description Devices that have acknowledged theirs carry it out. Those that succeeded are compensated, if that was asked for and the quorum is missed. Safe to repeat.
         *
         *     Takes the permission `devices:operate` in the room’s application: operator, admin.
         */
        post: operations["cancelRoomCommand"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/applications/{applicationId}/commands": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Commands of an application, the newest first; without those of its rooms
         * @description With a filter, one request looks at 2500 commands at most: a page may then hold fewer than `limit`, even none, and still have a `next`.
         *
         *     Takes the permission `devices:read` in the application: viewer, operator, admin.
         */
        get: operations["listApplicationCommands"];
        put?: never;
        /**
         * Give devices of an application a command
         * @description Up to 1000 devices. Who can't carry it out is refused, and named in the report. It is answered before the devices are told; with an Idempotency-Key it is safe to repeat.
         *
         *     Takes the permission `devices:operate` in the application: operator, admin.
         */
        post: operations["createApplicationCommand"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/applications/{applicationId}/commands/{commandId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A command of an application, and what became of its devices
         * @description The counts add up to its devices at any moment. Names are of devices that the caller sees.
         *
         *     Takes the permission `devices:read` in the application: viewer, operator, admin.
         */
        get: operations["getApplicationCommand"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/applications/{applicationId}/commands/{commandId}/children": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Devices of a command of an application
         * @description Takes the permission `devices:read` in the application: viewer, operator, admin.
         */
        get: operations["listApplicationCommandChildren"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/applications/{applicationId}/commands/{commandId}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cancel a command of an application
         * @description Devices that have acknowledged theirs carry it out. Those that succeeded are compensated, if that was asked for and the quorum is missed. Safe to repeat.
         *
         *     Takes the permission `devices:operate` in the application: operator, admin.
         */
        post: operations["cancelApplicationCommand"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/applications/{applicationId}/device-types": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Device types of an application, by name
         * @description Takes the permission `deviceTypes:read` in the application: viewer, operator, admin.
         */
        get: operations["listDeviceTypes"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/applications/{applicationId}/device-types/{typeName}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A device type: the Thing Model of its devices
         * @description Takes the permission `deviceTypes:read` in the application: viewer, operator, admin.
         */
        get: operations["getDeviceType"];
        /**
         * Make or change a device type
         * @description A W3C WoT Thing Model: properties are the metrics that devices send, actions the commands that they take. Its devices get the units of its properties before this answers. Safe to repeat.
         *
         *     Takes the permission `deviceTypes:manage` in the application: admin.
         */
        put: operations["putDeviceType"];
        post?: never;
        /**
         * Delete a device type that no device has
         * @description Takes the permission `deviceTypes:manage` in the application: admin.
         */
        delete: operations["deleteDeviceType"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/applications/{applicationId}/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Who changed what in an application, and when
         * @description With filters, one request looks at 2500 entries at most: a page may then hold fewer than `limit`, even none, and still have a `next`.
         *
         *     Takes the permission `audit:read` in the application: admin.
         */
        get: operations["listAudit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/applications/{applicationId}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What happened in an application
         * @description With filters, one request looks at 2500 entries at most: a page may then hold fewer than `limit`, even none, and still have a `next`.
         *
         *     Takes the permission `events:read` in the application: viewer, operator, admin.
         */
        get: operations["listEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/devices/{deviceId}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What happened to a device
         * @description With filters, one request looks at 2500 entries at most: a page may then hold fewer than `limit`, even none, and still have a `next`.
         *
         *     Takes the permission `events:read` in the device’s application: viewer, operator, admin.
         */
        get: operations["listDeviceEvents"];
        put?: never;
        /**
         * Note something about a device
         * @description It becomes an event `user.noted` of the device, published as every event is.
         *
         *     Takes the permission `devices:operate` in the device’s application: operator, admin.
         */
        post: operations["noteDeviceEvent"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/rooms/{roomId}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What happened to a room
         * @description Of the room itself; what happened to its devices is with each device. With filters, one request looks at 2500 entries at most: a page may then hold fewer than `limit`, even none, and still have a `next`.
         *
         *     Takes the permission `events:read` in the room’s application: viewer, operator, admin.
         */
        get: operations["listRoomEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/messages/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A message's passport: all that came under its id
         * @description Each entry is one publish: how it ended, why, when each stage ended, and where its bytes are. The stored one is first; at most a hundred others follow.
         *
         *     Takes the permission `messages:read` in the message’s application: viewer, operator, admin.
         */
        get: operations["getMessage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/devices/{deviceId}/messages": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Messages of a device by the time that they were received
         * @description With a disposition a page may hold fewer messages than asked for, and still have a `next`.
         *
         *     Takes the permission `messages:read` in the device’s application: viewer, operator, admin.
         */
        get: operations["listDeviceMessages"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/signals": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Messages of an application by the time that they were received
         * @description By numbered pages, which reach the first 1000 signals and promise no total, or by the cursor `next`, which reaches all; not by both at once. A page may hold fewer signals than asked for, and still have a `next`: of a member who was granted some devices only, or of a disposition that is rare. Unless `from` is given, the list begins 7 days before its end. Messages that arrive meanwhile move numbered pages on; cursors stay where they are.
         *
         *     Takes the permission `messages:read` in the application: viewer, operator, admin.
         */
        get: operations["listSignals"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/signals/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One message: the stored one of its id, or else the last that came
         * @description Takes the permission `messages:read` in the message’s application: viewer, operator, admin.
         */
        get: operations["getSignal"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/signals/{id}/raw": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The exact bytes that the device sent
         * @description As application/json where they are JSON, application/gzip where the device compressed them, text/plain or application/octet-stream otherwise.
         *
         *     Takes the permission `messages:read` in the message’s application: viewer, operator, admin.
         */
        get: operations["getSignalRaw"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/signals/{id}/raw/metadata": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Size, type and checksum of the exact bytes, and where they are
         * @description Takes the permission `messages:read` in the message’s application: viewer, operator, admin.
         */
        get: operations["getSignalRawMetadata"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/live/tickets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A ticket for one connection to the WebSocket API
         * @description Open a WebSocket at `url` within a minute. Then send `{"action": "subscribe", "channels": ["device:boiler-7"]}`; channels are `device:{deviceId}`, `room:{roomId}`, `application:{applicationId}`, `alarms:{applicationId}` and, for admins of the platform, `system`. The connection ends with the access token that asks here: come back with a new ticket.
         *
         *     For anybody who signed in.
         */
        post: operations["createLiveTicket"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/devices/{deviceId}/telemetry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What a device measured, in bins or point by point
         * @description Points that it sent while in its application. With `bin=raw` points come in pages of `limit`; `next` (in CSV: the header Link) leads to the next. CSV has a header line and a column for the time and for each series.
         *
         *     Takes the permission `telemetry:read` in the device’s application: viewer, operator, admin.
         */
        get: operations["getDeviceTelemetry"];
        put?: never;
        /**
         * Send telemetry without MQTT, signed by an API key
         * @description Takes what `devices/telemetry/{deviceId}` takes by MQTT, byte for byte, into the same pipeline; what it holds is checked there, and its passport says how it ended. The device is in the registry, and in the key's application; a key of one device is good for it and, where that is a gateway, for the devices that it publishes for.
         *
         *     Four headers sign it:
         *     - `X-Fieldline-Key`: `<applicationId>.<keyId>`
         *     - `X-Fieldline-Timestamp`: now, as epoch milliseconds or ISO 8601; at most five minutes off
         *     - `X-Fieldline-Nonce`: 8 to 128 letters, digits, `_` or `-`, never used before with this key
         *     - `X-Fieldline-Signature`: HMAC-SHA256, in hex, over the timestamp and the nonce as in the headers, `POST`, and the path `/api/devices/<deviceId>/telemetry`, each followed by a line feed, then the body's bytes. The HMAC's key is the SHA-256 of the key's secret (32 bytes).
         *
         *     A request that got no answer is sent again with a new nonce and the same `messageId` in its payload: it is stored once. An Idempotency-Key is refused. Compressed or binary payloads are sent as application/gzip or application/octet-stream.
         *
         *     ```sh
         *     timestamp=$(date +%s)000
         *     nonce=$(openssl rand -hex 16)
         *     key=$(printf %s "$SECRET" | openssl dgst -sha256 -r | cut -d ' ' -f 1)
         *     path=/api/devices/$DEVICE/telemetry
         *     signature=$(printf '%s\n%s\nPOST\n%s\n%s' "$timestamp" "$nonce" "$path" "$BODY" |
         *       openssl dgst -sha256 -mac HMAC -macopt "hexkey:$key" -r | cut -d ' ' -f 1)
         *     curl --silent --show-error "$API$path" --header 'Content-Type: application/json' --data-binary "$BODY" \
         *       --header "X-Fieldline-Key: $KEY" --header "X-Fieldline-Timestamp: $timestamp" \
         *       --header "X-Fieldline-Nonce: $nonce" --header "X-Fieldline-Signature: $signature"
         *     ```
         *
         *     For devices and gateways, signed by an API key.
         */
        post: operations["sendTelemetry"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/rooms/{roomId}/telemetry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What the devices of a room measured, in bins
         * @description Of the devices that are in the room now, for the whole range; all together, or a series for each. Of at most 500 devices.
         *
         *     Takes the permission `telemetry:read` in the room’s application: viewer, operator, admin.
         */
        get: operations["getRoomTelemetry"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Whether each flow answers
         * @description Open to anybody.
         */
        get: operations["getHealth"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * This document
         * @description Open to anybody.
         */
        get: operations["getOpenApi"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/docs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * This document as a page
         * @description Open to anybody.
         */
        get: operations["getDocs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/asyncapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What goes over MQTT and the WebSocket API
         * @description Open to anybody.
         */
        get: operations["getAsyncApi"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/docs/messages": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What goes over MQTT and the WebSocket API, as a page
         * @description Open to anybody.
         */
        get: operations["getMessageDocs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/devices/{deviceId}/provisioning-token": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make the token with which a device is provisioned by claim
         * @description The device sends it once, over a connection with a claim certificate, as parameter `Token` of fleet provisioning. A new token voids the last one.
         *
         *     Takes the permission `devices:manage` in the device’s application: admin.
         */
        post: operations["createProvisioningToken"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/devices/{deviceId}/certificates": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Certificates of a device
         * @description Takes the permission `devices:read` in the device’s application: viewer, operator, admin.
         */
        get: operations["listCertificates"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/devices/{deviceId}/certificates/{certificateId}/revoke": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Revoke a certificate for good, and end its connection
         * @description Takes the permission `devices:manage` in the device’s application: admin.
         */
        post: operations["revokeCertificate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/devices/{deviceId}/presence": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Whether a device is there, since when and why
         * @description Takes the permission `devices:read` in the device’s application: viewer, operator, admin.
         */
        get: operations["getDevicePresence"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/devices/{deviceId}/twin": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What a device is to be, what it says it is, and what is pending
         * @description Takes the permission `devices:read` in the device’s application: viewer, operator, admin.
         */
        get: operations["getTwin"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/devices/{deviceId}/twin/desired": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Set what a device is to be
         * @description AWS IoT keeps what is desired, and gives it to the device at once or when it connects. Each value is checked against the properties of the type of the device, if it has one. `If-Match` takes the ETag of the twin, and heeds the version of the shadow alone.
         *
         *     Takes the permission `devices:operate` in the device’s application: operator, admin.
         */
        patch: operations["setDesired"];
        trace?: never;
    };
    "/api/devices/{deviceId}/twin/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What became of a twin, who changed it and when
         * @description Takes the permission `devices:read` in the device’s application: viewer, operator, admin.
         */
        get: operations["listTwinHistory"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/devices/{deviceId}/twin/shadows": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Names of the named shadows of a device
         * @description Takes the permission `devices:read` in the device’s application: viewer, operator, admin.
         */
        get: operations["listShadows"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/devices/{deviceId}/twin/shadows/{shadowName}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The twin by one of its named shadows
         * @description Takes the permission `devices:read` in the device’s application: viewer, operator, admin.
         */
        get: operations["getShadow"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/devices/{deviceId}/twin/shadows/{shadowName}/desired": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Set what a device is to be, in a named shadow
         * @description AWS IoT keeps what is desired, and gives it to the device at once or when it connects. Each value is checked against the properties of the type of the device, if it has one. `If-Match` takes the ETag of the twin, and heeds the version of the shadow alone. A shadow that is not there is made.
         *
         *     Takes the permission `devices:operate` in the device’s application: operator, admin.
         */
        patch: operations["setShadowDesired"];
        trace?: never;
    };
    "/api/devices/{deviceId}/twin/shadows/{shadowName}/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What became of a named shadow, who changed it and when
         * @description Takes the permission `devices:read` in the device’s application: viewer, operator, admin.
         */
        get: operations["listShadowHistory"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        SettingsPatch: {
            [key: string]: unknown;
        };
        NewApplication: {
            applicationId?: components["schemas"]["ApplicationId"];
            name: string;
            /** @default {} */
            settings?: components["schemas"]["Configuration"];
        };
        /**
         * @description A ULID unless given
         * @example default
         */
        ApplicationId: string;
        Configuration: {
            [key: string]: unknown;
        };
        ApplicationPatch: {
            name?: string;
            settings?: components["schemas"]["SettingsPatch"];
        };
        NewMember: {
            /** Format: email */
            email: string;
            role: components["schemas"]["Role"];
            grants?: {
                /** @default [] */
                deviceIds?: components["schemas"]["DeviceId"][];
                /** @default [] */
                roomIds?: components["schemas"]["RoomId"][];
            };
        };
        /**
         * @description viewer reads; operator also runs devices; admin also manages the application.
         * @enum {string}
         */
        Role: "viewer" | "operator" | "admin";
        /**
         * @description Thing name in AWS IoT
         * @example boiler-7
         */
        DeviceId: string;
        /**
         * @description A ULID unless given
         * @example hall-2
         */
        RoomId: string;
        /** @description `grants: null` shows the member all of the application. */
        MemberPatch: {
            role?: components["schemas"]["Role"];
            grants?: {
                /** @default [] */
                deviceIds?: components["schemas"]["DeviceId"][];
                /** @default [] */
                roomIds?: components["schemas"]["RoomId"][];
            } | null;
        };
        NewApiKey: {
            name: string;
            deviceId?: components["schemas"]["DeviceId"];
            validUntil?: components["schemas"]["Timestamp"];
        };
        /**
         * Format: date-time
         * @description ISO 8601, UTC
         */
        Timestamp: string;
        /**
         * @description A ULID unless given
         * @example boiler
         */
        TypeName: string;
        NewDevice: {
            deviceId?: components["schemas"]["DeviceId"];
            deviceType?: components["schemas"]["TypeName"];
            roomId?: components["schemas"]["RoomId"];
            gatewayId?: components["schemas"]["DeviceId"];
            model?: string;
            firmware?: string;
            capabilities?: string[];
            /** @enum {string} */
            format?: "envelope" | "xray" | "scada" | "flat";
            channels?: string[];
            applicationId?: components["schemas"]["ApplicationId"];
            name?: string;
            /**
             * @default device
             * @enum {string}
             */
            kind?: "device" | "gateway";
            /** @default {} */
            metadata?: components["schemas"]["Metadata"];
            /** @default {} */
            configuration?: components["schemas"]["Configuration"];
        };
        Metadata: {
            [key: string]: string | number | boolean;
        };
        /** @description JSON Merge Patch (RFC 7396): null removes a field. */
        DevicePatch: {
            name?: string;
            /** @enum {string} */
            status?: "registered" | "active" | "disabled";
            deviceType?: components["schemas"]["TypeName"] | null;
            model?: string | null;
            firmware?: string | null;
            capabilities?: string[] | null;
            format?: ("envelope" | "xray" | "scada" | "flat") | null;
            channels?: string[] | null;
            metadata?: {
                [key: string]: unknown;
            } | null;
            configuration?: {
                [key: string]: unknown;
            } | null;
        };
        DeviceMove: {
            roomId: components["schemas"]["RoomId"] | null;
        };
        NewRoom: {
            roomId?: components["schemas"]["RoomId"];
            name: string;
            type?: string;
            applicationId?: components["schemas"]["ApplicationId"];
            /** @default {} */
            metadata?: components["schemas"]["Metadata"];
            /** @default {} */
            configuration?: components["schemas"]["Configuration"];
        };
        /** @description JSON Merge Patch (RFC 7396): null removes a field. */
        RoomPatch: {
            name?: string;
            type?: string | null;
            metadata?: {
                [key: string]: unknown;
            } | null;
            configuration?: {
                [key: string]: unknown;
            } | null;
        };
        NewCommand: {
            /** @description An action of the device's type */
            name: string;
            /**
             * @description As the action wants them. A number that has a unit there may be given in another: `{"value": 68, "unit": "[degF]"}`.
             * @default {}
             */
            parameters?: {
                [key: string]: unknown;
            };
            /**
             * @description Of those that wait for the device, the greater goes first
             * @default 5
             */
            priority?: number;
            /**
             * @description Seconds until it is not sent any more
             * @default 3600
             */
            expiresIn?: number;
            /**
             * @description Seconds from when it is sent until it must have ended
             * @default 30
             */
            timeout?: number;
        };
        /**
         * @description queued: waits for the device. sent: the device was told. acknowledged: it begins. The others are final; expired: it could not be sent in time; timed-out: the device did not say in time how it ended.
         * @enum {string}
         */
        CommandState: "queued" | "sent" | "acknowledged" | "succeeded" | "failed" | "rejected" | "expired" | "timed-out" | "cancelled";
        /** @example 01KA7Q2M8XJ4T5R6V7W8X9Y0ZA */
        CommandId: string;
        NewGroupCommand: {
            /** @description An action of the device's type */
            name: string;
            /**
             * @description As the action wants them. A number that has a unit there may be given in another: `{"value": 68, "unit": "[degF]"}`.
             * @default {}
             */
            parameters?: {
                [key: string]: unknown;
            };
            /**
             * @description Of those that wait for the device, the greater goes first
             * @default 5
             */
            priority?: number;
            /** @default {} */
            filter?: components["schemas"]["GroupCommandFilter"];
            /**
             * @default {
             *       "percent": 100,
             *       "leaveOut": []
             *     }
             */
            quorum?: components["schemas"]["GroupCommandQuorum"];
            /**
             * @description Seconds from when a device is sent it until it must have ended
             * @default 30
             */
            timeout?: number;
            /**
             * @description Seconds until all must have ended: a device is sent it until `timeout` before that
             * @default 300
             */
            deadlineIn?: number;
            /** @description A command for those that succeeded, if too few do */
            compensation?: {
                /** @description An action of the device's type */
                name: string;
                /**
                 * @description As the action wants them. A number that has a unit there may be given in another: `{"value": 68, "unit": "[degF]"}`.
                 * @default {}
                 */
                parameters?: {
                    [key: string]: unknown;
                };
                /**
                 * @description Seconds from when a device is sent it until it must have ended
                 * @default 30
                 */
                timeout?: number;
                /**
                 * @description Seconds until all must have ended: a device is sent it until `timeout` before that
                 * @default 300
                 */
                deadlineIn?: number;
            };
        };
        /** @description Devices of this type, with this metadata */
        GroupCommandFilter: {
            deviceType?: components["schemas"]["TypeName"];
            metadata?: components["schemas"]["Metadata"];
        };
        /** @description How many devices must succeed: a number, or a part of the whole; one at least. */
        GroupCommandQuorum: {
            count: number;
        } | {
            percent: number;
            /**
             * @description Devices that ended so are no part of the whole
             * @default []
             */
            leaveOut?: ("failed" | "rejected" | "expired" | "timed-out" | "cancelled" | "refused")[];
        };
        /**
         * @description planning: its devices get their commands. running: they carry them out. cancelling: they are taken back. compensating: too few succeeded, and those that did get the compensating command. The others are final.
         * @enum {string}
         */
        GroupCommandState: "planning" | "running" | "cancelling" | "compensating" | "succeeded" | "failed" | "cancelled";
        NewDeviceType: {
            thingModel: components["schemas"]["ThingModel"];
        };
        ThingModel: {
            /**
             * @default https://www.w3.org/2022/wot/td/v1.1
             * @constant
             */
            "@context"?: "https://www.w3.org/2022/wot/td/v1.1";
            /**
             * @default tm:ThingModel
             * @constant
             */
            "@type"?: "tm:ThingModel";
            title: string;
            description?: string;
            version?: {
                model: string;
            };
            properties?: {
                [key: string]: components["schemas"]["PropertyAffordance"];
            };
            actions?: {
                [key: string]: components["schemas"]["ActionAffordance"];
            };
            events?: {
                [key: string]: components["schemas"]["EventAffordance"];
            };
        };
        PropertyAffordance: {
            /** @enum {string} */
            type: "number" | "integer" | "string" | "boolean";
            title?: string;
            description?: string;
            unit?: components["schemas"]["Unit"];
            minimum?: number;
            maximum?: number;
            enum?: (string | number | boolean)[];
            maxLength?: number;
            default?: string | number | boolean;
            readOnly?: boolean;
            writeOnly?: boolean;
            observable?: boolean;
        };
        /**
         * @description UCUM code
         * @example Cel
         */
        Unit: string;
        ActionAffordance: {
            title?: string;
            description?: string;
            input?: components["schemas"]["DataSchema"];
            output?: components["schemas"]["DataSchema"];
            safe?: boolean;
            idempotent?: boolean;
            synchronous?: boolean;
        };
        DataSchema: {
            /** @enum {string} */
            type?: "object" | "array" | "string" | "number" | "integer" | "boolean" | "null";
            title?: string;
            description?: string;
            unit?: components["schemas"]["Unit"];
            minimum?: number;
            maximum?: number;
            minLength?: number;
            maxLength?: number;
            pattern?: string;
            enum?: (string | number | boolean)[];
            const?: string | number | boolean;
            default?: unknown;
            properties?: {
                [key: string]: components["schemas"]["DataSchema"];
            };
            required?: string[];
            items?: components["schemas"]["DataSchema"];
            minItems?: number;
            maxItems?: number;
        };
        EventAffordance: {
            title?: string;
            description?: string;
            data?: components["schemas"]["DataSchema"];
        };
        Note: {
            text: string;
            /**
             * @description Above info people are notified
             * @default info
             * @enum {string}
             */
            severity?: "info" | "warning" | "critical";
        };
        /**
         * @description `<deviceId>~<messageId>`
         * @example boiler-7~01KA3V5Q0C7M
         */
        MessageReference: string;
        /** @enum {string} */
        Disposition: "stored" | "duplicate" | "quarantined" | "dead-lettered";
        NewProvisioningToken: {
            /** @default 1440 */
            validMinutes?: number;
        };
        CertificateId: string;
        /**
         * @description JSON Merge Patch (RFC 7396) of the desired values: null takes one away.
         * @example {
         *       "temperature": 21.5
         *     }
         */
        DesiredPatch: {
            [key: string]: unknown;
        };
        /**
         * @description Name of a named shadow
         * @example network
         */
        ShadowName: string;
        SignedIn: {
            accessToken: string;
            /** @constant */
            tokenType: "Bearer";
            expiresIn: number;
            sessionEndsAt: components["schemas"]["Timestamp"];
            refreshToken: string;
        };
        /** @description The password was a temporary one: choose another. */
        Challenge: {
            /** @constant */
            challenge: "NEW_PASSWORD_REQUIRED";
            session: string;
        };
        /** @description An error as RFC 9457 wants it; `errors` names each field that is wrong. */
        Problem: {
            /** @constant */
            type: "about:blank";
            title: string;
            status: number;
            detail: string;
            errors?: {
                /** @enum {string} */
                in: "body" | "query" | "path" | "header";
                field: string;
                detail: string;
            }[];
        };
        /** @description An error of API Gateway itself */
        GatewayError: {
            message: string;
        } & {
            [key: string]: unknown;
        };
        AccessTokens: {
            accessToken: string;
            /** @constant */
            tokenType: "Bearer";
            expiresIn: number;
            sessionEndsAt: components["schemas"]["Timestamp"];
        };
        Me: {
            userId: string;
            /** Format: email */
            email: string;
            isPlatformAdmin: boolean;
            memberships: components["schemas"]["Membership"][];
        };
        Membership: {
            applicationId: components["schemas"]["ApplicationId"];
            userId: string;
            /** Format: email */
            email: string;
            role: components["schemas"]["Role"];
            grants?: {
                /** @default [] */
                deviceIds: components["schemas"]["DeviceId"][];
                /** @default [] */
                roomIds: components["schemas"]["RoomId"][];
            };
            version: number;
            createdAt: components["schemas"]["Timestamp"];
            updatedAt: components["schemas"]["Timestamp"];
        };
        UserSettings: {
            settings: components["schemas"]["Configuration"];
            version: number;
        };
        Application: {
            applicationId: components["schemas"]["ApplicationId"];
            name: string;
            settings: components["schemas"]["Configuration"];
            version: number;
            createdAt: components["schemas"]["Timestamp"];
            updatedAt: components["schemas"]["Timestamp"];
        };
        ApiKey: {
            applicationId: components["schemas"]["ApplicationId"];
            keyId: string;
            name: string;
            deviceId?: components["schemas"]["DeviceId"];
            validUntil?: components["schemas"]["Timestamp"];
            lastUsedAt?: components["schemas"]["Timestamp"];
            createdAt: components["schemas"]["Timestamp"];
            createdBy: string;
            version: number;
        };
        CreatedApiKey: {
            applicationId: components["schemas"]["ApplicationId"];
            keyId: string;
            name: string;
            deviceId?: components["schemas"]["DeviceId"];
            validUntil?: components["schemas"]["Timestamp"];
            lastUsedAt?: components["schemas"]["Timestamp"];
            createdAt: components["schemas"]["Timestamp"];
            createdBy: string;
            version: number;
            /** @description `fl_<applicationId>.<keyId>.<secret>` */
            key: string;
        };
        /** @description A device and whether it is there, with its newest values when they were asked for */
        ListedDevice: {
            deviceId: components["schemas"]["DeviceId"];
            applicationId: components["schemas"]["ApplicationId"];
            name: string;
            /** @enum {string} */
            kind: "device" | "gateway";
            deviceType?: components["schemas"]["TypeName"];
            roomId?: components["schemas"]["RoomId"];
            gatewayId?: components["schemas"]["DeviceId"];
            childCount?: number;
            /** @enum {string} */
            status: "registered" | "active" | "disabled";
            model?: string;
            firmware?: string;
            capabilities?: string[];
            /** @enum {string} */
            format?: "envelope" | "xray" | "scada" | "flat";
            channels?: string[];
            units?: {
                [key: string]: components["schemas"]["Unit"];
            };
            metadata: components["schemas"]["Metadata"];
            configuration: components["schemas"]["Configuration"];
            version: number;
            createdAt: components["schemas"]["Timestamp"];
            updatedAt: components["schemas"]["Timestamp"];
            connectivity: components["schemas"]["ListedConnectivity"];
            latest?: {
                lastSeen?: components["schemas"]["Timestamp"];
                metrics: {
                    [key: string]: components["schemas"]["LatestValue"];
                };
            };
        };
        ListedConnectivity: {
            state: components["schemas"]["PresenceState"];
            since?: components["schemas"]["Timestamp"];
        };
        /** @enum {string} */
        PresenceState: "online" | "offline" | "unknown";
        LatestValue: {
            value: number | string | boolean;
            time: components["schemas"]["Timestamp"];
            receivedAt: components["schemas"]["Timestamp"];
            messageId: string;
            unit?: string;
        };
        Device: {
            deviceId: components["schemas"]["DeviceId"];
            applicationId: components["schemas"]["ApplicationId"];
            name: string;
            /** @enum {string} */
            kind: "device" | "gateway";
            deviceType?: components["schemas"]["TypeName"];
            roomId?: components["schemas"]["RoomId"];
            gatewayId?: components["schemas"]["DeviceId"];
            childCount?: number;
            /** @enum {string} */
            status: "registered" | "active" | "disabled";
            model?: string;
            firmware?: string;
            capabilities?: string[];
            /** @enum {string} */
            format?: "envelope" | "xray" | "scada" | "flat";
            channels?: string[];
            units?: {
                [key: string]: components["schemas"]["Unit"];
            };
            metadata: components["schemas"]["Metadata"];
            configuration: components["schemas"]["Configuration"];
            version: number;
            createdAt: components["schemas"]["Timestamp"];
            updatedAt: components["schemas"]["Timestamp"];
        };
        LatestValues: {
            deviceId: components["schemas"]["DeviceId"];
            lastSeen?: components["schemas"]["Timestamp"];
            metrics: {
                [key: string]: components["schemas"]["LatestValue"];
            };
        };
        ImportReport: {
            created: number;
            updated: number;
            unchanged: number;
            refused: number;
            rows: {
                row: number;
                id?: string;
                /** @enum {string} */
                result: "created" | "updated" | "unchanged" | "refused";
                reason?: string;
            }[];
        };
        DeviceRow: {
            deviceId: components["schemas"]["DeviceId"];
            name: string;
            /** @enum {string} */
            kind: "device" | "gateway";
            deviceType?: components["schemas"]["TypeName"];
            roomId?: components["schemas"]["RoomId"];
            gatewayId?: components["schemas"]["DeviceId"];
            /** @enum {string} */
            status: "registered" | "active" | "disabled";
            model?: string;
            firmware?: string;
            capabilities?: string[];
            /** @enum {string} */
            format?: "envelope" | "xray" | "scada" | "flat";
            channels?: string[];
            metadata: components["schemas"]["Metadata"];
            configuration: components["schemas"]["Configuration"];
        };
        Room: {
            roomId: components["schemas"]["RoomId"];
            applicationId: components["schemas"]["ApplicationId"];
            name: string;
            type?: string;
            deviceCount: number;
            metadata: components["schemas"]["Metadata"];
            configuration: components["schemas"]["Configuration"];
            version: number;
            createdAt: components["schemas"]["Timestamp"];
            updatedAt: components["schemas"]["Timestamp"];
        };
        RoomState: {
            roomId: components["schemas"]["RoomId"];
            devices: number;
            online: number;
            lastSeen?: components["schemas"]["Timestamp"];
            metrics: components["schemas"]["MetricOverDevices"][];
        };
        MetricOverDevices: {
            metric: string;
            unit?: string;
            count: number;
            newest: {
                value: number | string | boolean;
                time: components["schemas"]["Timestamp"];
                deviceId: components["schemas"]["DeviceId"];
            };
            min?: number;
            max?: number;
            mean?: number;
        };
        RoomRow: {
            roomId: components["schemas"]["RoomId"];
            name: string;
            type?: string;
            metadata: components["schemas"]["Metadata"];
            configuration: components["schemas"]["Configuration"];
        };
        Command: {
            commandId: components["schemas"]["CommandId"];
            deviceId: components["schemas"]["DeviceId"];
            applicationId: components["schemas"]["ApplicationId"];
            roomId?: components["schemas"]["RoomId"];
            gatewayId?: components["schemas"]["DeviceId"];
            parentId?: string;
            name: string;
            parameters: {
                [key: string]: unknown;
            };
            priority: number;
            requestedBy: string;
            state: components["schemas"]["CommandState"];
            createdAt: components["schemas"]["Timestamp"];
            /** @description It is not sent after this */
            expiresAt: components["schemas"]["Timestamp"];
            /** @description From when it was sent until it must have ended */
            timeoutSeconds: number;
            attemptId?: string;
            sentAt?: components["schemas"]["Timestamp"];
            acknowledgedAt?: components["schemas"]["Timestamp"];
            endedAt?: components["schemas"]["Timestamp"];
            progress?: {
                percent?: number;
                message?: string;
                at: components["schemas"]["Timestamp"];
            };
            result?: unknown;
            reason?: string;
            version: number;
        };
        GroupCommandWithReport: {
            commandId: components["schemas"]["CommandId"];
            applicationId: components["schemas"]["ApplicationId"];
            roomId?: components["schemas"]["RoomId"];
            name: string;
            parameters: {
                [key: string]: unknown;
            };
            priority: number;
            filter: components["schemas"]["GroupCommandFilter"];
            quorum: components["schemas"]["GroupCommandQuorumOutput"];
            /** @description Seconds from when a device is sent it until it must have ended */
            timeout: number;
            compensation?: {
                name: string;
                parameters: {
                    [key: string]: unknown;
                };
                /** @description Seconds from when a device is sent it until it must have ended */
                timeout: number;
                /** @description Seconds until all must have ended: a device is sent it until `timeout` before that */
                deadlineIn: number;
            };
            state: components["schemas"]["GroupCommandState"];
            targets: number;
            createdAt: components["schemas"]["Timestamp"];
            endedAt?: components["schemas"]["Timestamp"];
            counts?: components["schemas"]["GroupCommandCounts"];
            requestedBy: string;
            cancelledBy?: string;
            deadline: components["schemas"]["Timestamp"];
            report: components["schemas"]["GroupCommandReport"];
        };
        /** @description Devices by outcome; open: not ended yet. They add up to all. */
        GroupCommandCounts: {
            open: number;
            succeeded: number;
            failed: number;
            rejected: number;
            expired: number;
            "timed-out": number;
            cancelled: number;
            refused: number;
        };
        GroupCommandReport: {
            counts: components["schemas"]["GroupCommandCounts"];
            /**
             * @description open: it depends on those that have not ended
             * @enum {string}
             */
            quorum: "met" | "missed" | "open";
            /** @description By id, the first 200 */
            open: components["schemas"]["DeviceId"][];
            /** @description By id, the first 200 */
            offline: components["schemas"]["DeviceId"][];
            /** @description Ended otherwise; by id, the first 200 */
            failures: {
                deviceId: components["schemas"]["DeviceId"];
                outcome: components["schemas"]["GroupCommandOutcome"];
                reason?: string;
            }[];
            /** @description Of those that succeeded, when too few did */
            compensation?: {
                counts: components["schemas"]["GroupCommandCounts"];
                failures: {
                    deviceId: components["schemas"]["DeviceId"];
                    outcome: components["schemas"]["GroupCommandOutcome"];
                    reason?: string;
                }[];
            };
        };
        /**
         * @description How the command of a device ended. refused: it was never given one.
         * @enum {string}
         */
        GroupCommandOutcome: "succeeded" | "failed" | "rejected" | "expired" | "timed-out" | "cancelled" | "refused";
        GroupCommand: {
            commandId: components["schemas"]["CommandId"];
            applicationId: components["schemas"]["ApplicationId"];
            roomId?: components["schemas"]["RoomId"];
            name: string;
            parameters: {
                [key: string]: unknown;
            };
            priority: number;
            filter: components["schemas"]["GroupCommandFilter"];
            quorum: components["schemas"]["GroupCommandQuorumOutput"];
            /** @description Seconds from when a device is sent it until it must have ended */
            timeout: number;
            compensation?: {
                name: string;
                parameters: {
                    [key: string]: unknown;
                };
                /** @description Seconds from when a device is sent it until it must have ended */
                timeout: number;
                /** @description Seconds until all must have ended: a device is sent it until `timeout` before that */
                deadlineIn: number;
            };
            state: components["schemas"]["GroupCommandState"];
            targets: number;
            createdAt: components["schemas"]["Timestamp"];
            endedAt?: components["schemas"]["Timestamp"];
            counts?: components["schemas"]["GroupCommandCounts"];
            requestedBy: string;
            cancelledBy?: string;
            deadline: components["schemas"]["Timestamp"];
        };
        /** @description A device of a group command, and its commands as they are now */
        GroupCommandChild: {
            deviceId: components["schemas"]["DeviceId"];
            roomId?: components["schemas"]["RoomId"];
            outcome?: components["schemas"]["GroupCommandOutcome"];
            reason?: string;
            compensation?: components["schemas"]["GroupCommandOutcome"];
            compensationReason?: string;
            command?: components["schemas"]["Command"];
            compensatingCommand?: components["schemas"]["Command"];
        };
        DeviceType: {
            applicationId: components["schemas"]["ApplicationId"];
            typeName: components["schemas"]["TypeName"];
            thingModel: components["schemas"]["ThingModelOutput"];
            version: number;
            createdAt: components["schemas"]["Timestamp"];
            updatedAt: components["schemas"]["Timestamp"];
        };
        AuditEntry: {
            auditId: string;
            applicationId: components["schemas"]["ApplicationId"];
            at: components["schemas"]["Timestamp"];
            actor: string;
            operation: string;
            entity: string;
            changes?: {
                [key: string]: {
                    from?: unknown;
                    to?: unknown;
                };
            };
        };
        Event: {
            eventId: string;
            applicationId: components["schemas"]["ApplicationId"];
            at: components["schemas"]["Timestamp"];
            type: string;
            entity: string;
            actor: string;
            data: {
                [key: string]: unknown;
            };
            metadata?: components["schemas"]["EventMetadata"];
        };
        EventMetadata: {
            deviceType?: components["schemas"]["TypeName"];
            roomId?: components["schemas"]["RoomId"];
            location?: string | number | boolean;
        };
        Message: {
            id: components["schemas"]["MessageReference"];
            deviceId: components["schemas"]["DeviceId"];
            messageId: string;
            applicationId?: components["schemas"]["ApplicationId"];
            disposition: components["schemas"]["Disposition"];
            entries: components["schemas"]["MessageEntry"][];
        };
        MessageEntry: {
            traceId: string;
            disposition: components["schemas"]["Disposition"];
            receivedAt: components["schemas"]["Timestamp"];
            eventTime?: components["schemas"]["Timestamp"];
            format?: string;
            points?: number;
            reason?: string;
            /** @enum {string} */
            failureClass?: "validation" | "authentication" | "processing" | "storage";
            raw: {
                key: string;
                offset: number;
                length: number;
            };
            stages: {
                [key: string]: components["schemas"]["Timestamp"];
            };
            attempt: number;
            clientId?: string;
            principal?: string;
        };
        MessageSummary: {
            id: components["schemas"]["MessageReference"];
            deviceId: components["schemas"]["DeviceId"];
            messageId: string;
            disposition: components["schemas"]["Disposition"];
            receivedAt: components["schemas"]["Timestamp"];
            eventTime?: components["schemas"]["Timestamp"];
            points?: number;
            reason?: string;
        };
        Signal: {
            traceId: string;
            disposition: components["schemas"]["Disposition"];
            receivedAt: components["schemas"]["Timestamp"];
            eventTime?: components["schemas"]["Timestamp"];
            format?: string;
            points?: number;
            reason?: string;
            /** @enum {string} */
            failureClass?: "validation" | "authentication" | "processing" | "storage";
            raw: {
                key: string;
                offset: number;
                length: number;
            };
            stages: {
                [key: string]: components["schemas"]["Timestamp"];
            };
            attempt: number;
            clientId?: string;
            principal?: string;
            id: components["schemas"]["MessageReference"];
            deviceId: components["schemas"]["DeviceId"];
            messageId: string;
            applicationId?: components["schemas"]["ApplicationId"];
        };
        /** @description Sizes, offset and length are bytes. */
        RawMetadata: {
            id: components["schemas"]["MessageReference"];
            size: number;
            contentType: string;
            checksum: string;
            bucket: string;
            key: string;
            offset: number;
            length: number;
            uploadedAt: components["schemas"]["Timestamp"];
        };
        LiveTicket: {
            ticket: string;
            expiresAt: components["schemas"]["Timestamp"];
            url: string;
        };
        /** @description Columns, ready to chart: `times`, and beside them the values of each series. */
        Telemetry: {
            deviceId?: components["schemas"]["DeviceId"];
            roomId?: components["schemas"]["RoomId"];
            from: components["schemas"]["Timestamp"];
            to: components["schemas"]["Timestamp"];
            /** @enum {string} */
            bin: "raw" | "1s" | "10s" | "1m" | "5m" | "15m" | "1h" | "6h" | "1d";
            times: components["schemas"]["Timestamp"][];
            series: {
                deviceId?: components["schemas"]["DeviceId"];
                metric: string;
                /** @enum {string} */
                aggregate?: "mean" | "min" | "max" | "p50" | "p90" | "p95" | "p99" | "first" | "last" | "count" | "stddev" | "sum";
                unit?: string;
                values: (number | string | boolean | null)[];
            }[];
            next?: string;
        };
        AcceptedMessage: {
            id: components["schemas"]["MessageReference"];
            deviceId: components["schemas"]["DeviceId"];
            messageId: string;
            href: string;
        };
        Health: {
            /** @enum {string} */
            status: "healthy" | "unhealthy";
            flows: {
                name: string;
                /** @enum {string} */
                status: "healthy" | "unhealthy";
                latency: number;
                lastCheck: components["schemas"]["Timestamp"];
            }[];
        };
        ProvisioningToken: {
            deviceId: components["schemas"]["DeviceId"];
            /** @description Shown this once; only a hash is kept */
            token: string;
            validUntil: components["schemas"]["Timestamp"];
        };
        Certificate: {
            certificateId: components["schemas"]["CertificateId"];
            status: string;
            createdAt: components["schemas"]["Timestamp"];
        };
        DevicePresence: {
            deviceId: components["schemas"]["DeviceId"];
            state: components["schemas"]["PresenceState"];
            previousState?: components["schemas"]["PresenceState"];
            since?: components["schemas"]["Timestamp"];
            reason?: components["schemas"]["PresenceReason"];
            connected: boolean;
            connectedAt?: components["schemas"]["Timestamp"];
            disconnectedAt?: components["schemas"]["Timestamp"];
            lastSeen?: components["schemas"]["Timestamp"];
            flaps: number;
        };
        /** @description Online: `connected`, `heartbeat` or `telemetry`. Offline: `silent`, or the reason of its disconnect as AWS IoT gives it, such as `CLIENT_INITIATED_DISCONNECT`, `CONNECTION_LOST`, `MQTT_KEEP_ALIVE_TIMEOUT` or `DUPLICATE_CLIENTID`. */
        PresenceReason: string;
        /** @description What a device is to be, what it says it is, and what is known of it */
        Twin: {
            deviceId: components["schemas"]["DeviceId"];
            shadowName?: components["schemas"]["ShadowName"];
            version: number;
            desired: {
                [key: string]: unknown;
            };
            reported: {
                [key: string]: unknown;
            };
            delta: {
                [key: string]: unknown;
            };
            metadata: {
                desired: {
                    [key: string]: components["schemas"]["Timestamp"];
                };
                reported: {
                    [key: string]: components["schemas"]["Timestamp"];
                };
            };
            pending: components["schemas"]["PendingValue"][];
            latest: {
                lastSeen?: components["schemas"]["Timestamp"];
                metrics: {
                    [key: string]: components["schemas"]["LatestValue"];
                };
            };
            connectivity: components["schemas"]["Connectivity"];
            device: components["schemas"]["Device"];
        };
        /** @description A desired value that no reported one has confirmed since it was set */
        PendingValue: {
            /**
             * @description JSON pointer (RFC 6901)
             * @example /temperature
             */
            path: string;
            desired: unknown;
            reported?: unknown;
            since?: components["schemas"]["Timestamp"];
            by?: string;
            expiresAt?: components["schemas"]["Timestamp"];
        };
        Connectivity: {
            /** @enum {string} */
            state: "online" | "offline" | "unknown";
            since?: components["schemas"]["Timestamp"];
            reason?: string;
            lastHeartbeat?: components["schemas"]["Timestamp"];
        };
        TwinChange: {
            shadowName?: components["schemas"]["ShadowName"];
            version: number;
            at: components["schemas"]["Timestamp"];
            actor: string;
            /** @enum {string} */
            cause: "request" | "expiry" | "device" | "direct";
            changes: {
                /** @enum {string} */
                section: "desired" | "reported";
                /**
                 * @description JSON pointer (RFC 6901)
                 * @example /temperature
                 */
                path: string;
                from?: unknown;
                to?: unknown;
            }[];
            confirmed: string[];
        };
        /** @description How many devices must succeed: a number, or a part of the whole; one at least. */
        GroupCommandQuorumOutput: {
            count: number;
        } | {
            percent: number;
            /**
             * @description Devices that ended so are no part of the whole
             * @default []
             */
            leaveOut: ("failed" | "rejected" | "expired" | "timed-out" | "cancelled" | "refused")[];
        };
        ThingModelOutput: {
            /**
             * @default https://www.w3.org/2022/wot/td/v1.1
             * @constant
             */
            "@context": "https://www.w3.org/2022/wot/td/v1.1";
            /**
             * @default tm:ThingModel
             * @constant
             */
            "@type": "tm:ThingModel";
            title: string;
            description?: string;
            version?: {
                model: string;
            };
            properties?: {
                [key: string]: components["schemas"]["PropertyAffordance"];
            };
            actions?: {
                [key: string]: components["schemas"]["ActionAffordance"];
            };
            events?: {
                [key: string]: components["schemas"]["EventAffordance"];
            };
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    login: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and body again answer what the first answered, for a day */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** Format: email */
                    email: string;
                    password: string;
                };
            };
        };
        responses: {
            /** @description Tokens, or a challenge where the password was a temporary one */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignedIn"] | components["schemas"]["Challenge"];
                };
            };
            /** @description Something in the request is wrong; `errors` names it */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Email and password do not sign anybody in */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A request with this Idempotency-Key is under way */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The media type is not taken */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The Idempotency-Key was used with another body */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many attempts for this account or from this address */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request failed; the log says why */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description No function could take the request; ask again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
        };
    };
    choosePassword: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and body again answer what the first answered, for a day */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** Format: email */
                    email: string;
                    session: string;
                    newPassword: string;
                };
            };
        };
        responses: {
            /** @description Tokens */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignedIn"];
                };
            };
            /** @description Something in the request is wrong; `errors` names it */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The session is over, or is another account’s: sign in again */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A request with this Idempotency-Key is under way */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The media type is not taken */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The Idempotency-Key was used with another body */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many attempts for this account or from this address */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request failed; the log says why */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description No function could take the request; ask again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
        };
    };
    refresh: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and body again answer what the first answered, for a day */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    refreshToken: string;
                };
            };
        };
        responses: {
            /** @description A new access token */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccessTokens"];
                };
            };
            /** @description Something in the request is wrong; `errors` names it */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The session is over or was signed out: sign in again */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A request with this Idempotency-Key is under way */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The media type is not taken */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The Idempotency-Key was used with another body */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many attempts for this account or from this address */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request failed; the log says why */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description No function could take the request; ask again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
        };
    };
    logout: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and body again answer what the first answered, for a day */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    refreshToken: string;
                };
            };
        };
        responses: {
            /** @description The session is over */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Something in the request is wrong; `errors` names it */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not signed in, or the session has ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description A request with this Idempotency-Key is under way */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The media type is not taken */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The Idempotency-Key was used with another body */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The request failed; the log says why */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description No function could take the request; ask again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
        };
    };
    getMe: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETags that are known */
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The person */
            200: {
                headers: {
                    /** @description Strong validator */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Me"];
                };
            };
            /** @description Not modified */
            304: {
                headers: {
                    /** @description Strong validator */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Something in the request is wrong; `errors` names it */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not signed in, or the session has ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The request failed; the log says why */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description No function could take the request; ask again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
        };
    };
    getMySettings: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETags that are known */
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The settings */
            200: {
                headers: {
                    /** @description Strong validator */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserSettings"];
                };
            };
            /** @description Not modified */
            304: {
                headers: {
                    /** @description Strong validator */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Something in the request is wrong; `errors` names it */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not signed in, or the session has ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The request failed; the log says why */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description No function could take the request; ask again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
        };
    };
    patchMySettings: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETag of the version to change; any version without it */
                "If-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SettingsPatch"];
            };
        };
        responses: {
            /** @description The settings as they are now */
            200: {
                headers: {
                    /** @description Strong validator */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserSettings"];
                };
            };
            /** @description Something in the request is wrong; `errors` names it */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not signed in, or the session has ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description Others are changing the same things */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The version is another by now */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The media type is not taken */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The request failed; the log says why */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description No function could take the request; ask again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
        };
    };
    listApplications: {
        parameters: {
            query?: {
                /** @description Items a page */
                limit?: number;
                /** @description Cursor: `next` of the page before; with the same filters and order */
                next?: string;
            };
            header?: {
                /** @description ETags that are known */
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of applications */
            200: {
                headers: {
                    /** @description Strong validator */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Application"][];
                        next?: string;
                    };
                };
            };
            /** @description Not modified */
            304: {
                headers: {
                    /** @description Strong validator */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Something in the request is wrong; `errors` names it */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not signed in, or the session has ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The request failed; the log says why */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description No function could take the request; ask again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
        };
    };
    createApplication: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and body again answer what the first answered, for a day */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewApplication"];
            };
        };
        responses: {
            /** @description The application, which has no members yet */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Application"];
                };
            };
            /** @description Something in the request is wrong; `errors` names it */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not signed in, or the session has ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The permission is missing */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is an application with this id */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The media type is not taken */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The Idempotency-Key was used with another body */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The request failed; the log says why */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description No function could take the request; ask again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
        };
    };
    getApplication: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETags that are known */
                "If-None-Match"?: string;
            };
            path: {
                /** @description A ULID unless given */
                applicationId: components["schemas"]["ApplicationId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The application */
            200: {
                headers: {
                    /** @description Strong validator */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Application"];
                };
            };
            /** @description Not modified */
            304: {
                headers: {
                    /** @description Strong validator */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Something in the request is wrong; `errors` names it */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not signed in, or the session has ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The permission is missing */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing, or the caller may not know of it */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The request failed; the log says why */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description No function could take the request; ask again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
        };
    };
    deleteApplication: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETag of the version to change; any version without it */
                "If-Match"?: string;
            };
            path: {
                /** @description A ULID unless given */
                applicationId: components["schemas"]["ApplicationId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone */
            204: {
                headers: {
                    /** @description Strong validator */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Something in the request is wrong; `errors` names it */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not signed in, or the session has ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The permission is missing */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing, or the caller may not know of it */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description It has devices or rooms */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The version is another by now */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The request failed; the log says why */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description No function could take the request; ask again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
        };
    };
    patchApplication: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETag of the version to change; any version without it */
                "If-Match"?: string;
            };
            path: {
                /** @description A ULID unless given */
                applicationId: components["schemas"]["ApplicationId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ApplicationPatch"];
            };
        };
        responses: {
            /** @description The application as it is now */
            200: {
                headers: {
                    /** @description Strong validator */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Application"];
                };
            };
            /** @description Something in the request is wrong; `errors` names it */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not signed in, or the session has ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The permission is missing */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing, or the caller may not know of it */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description Others are changing the same things */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The version is another by now */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The media type is not taken */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The request failed; the log says why */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description No function could take the request; ask again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
        };
    };
    listMembers: {
        parameters: {
            query?: {
                /** @description Items a page */
                limit?: number;
                /** @description Cursor: `next` of the page before; with the same filters and order */
                next?: string;
            };
            header?: {
                /** @description ETags that are known */
                "If-None-Match"?: string;
            };
            path: {
                /** @description A ULID unless given */
                applicationId: components["schemas"]["ApplicationId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of members */
            200: {
                headers: {
                    /** @description Strong validator */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Membership"][];
                        next?: string;
                    };
                };
            };
            /** @description Not modified */
            304: {
                headers: {
                    /** @description Strong validator */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Something in the request is wrong; `errors` names it */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not signed in, or the session has ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The permission is missing */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing, or the caller may not know of it */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The request failed; the log says why */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description No function could take the request; ask again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
        };
    };
    addMember: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and body again answer what the first answered, for a day */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description A ULID unless given */
                applicationId: components["schemas"]["ApplicationId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewMember"];
            };
        };
        responses: {
            /** @description The membership */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Membership"];
                };
            };
            /** @description Something in the request is wrong; `errors` names it */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not signed in, or the session has ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The permission is missing */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing, or the caller may not know of it */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The person is a member already */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The media type is not taken */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The Idempotency-Key was used with another body */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The request failed; the log says why */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description No function could take the request; ask again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
        };
    };
    removeMember: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETag of the version to change; any version without it */
                "If-Match"?: string;
            };
            path: {
                /** @description A ULID unless given */
                applicationId: components["schemas"]["ApplicationId"];
                userId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The person is no member any more */
            204: {
                headers: {
                    /** @description Strong validator */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Something in the request is wrong; `errors` names it */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not signed in, or the session has ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The permission is missing */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing, or the caller may not know of it */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description It would leave the application without an admin, or somebody else changed the member just now */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The version is another by now */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The request failed; the log says why */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description No function could take the request; ask again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
        };
    };
    patchMember: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETag of the version to change; any version without it */
                "If-Match"?: string;
            };
            path: {
                /** @description A ULID unless given */
                applicationId: components["schemas"]["ApplicationId"];
                userId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["MemberPatch"];
            };
        };
        responses: {
            /** @description The membership as it is now */
            200: {
                headers: {
                    /** @description Strong validator */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Membership"];
                };
            };
            /** @description Something in the request is wrong; `errors` names it */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not signed in, or the session has ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The permission is missing */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing, or the caller may not know of it */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description It would leave the application without an admin, or somebody else changed the member just now */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The version is another by now */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The media type is not taken */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The request failed; the log says why */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description No function could take the request; ask again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
        };
    };
    listApiKeys: {
        parameters: {
            query?: {
                /** @description Items a page */
                limit?: number;
                /** @description Cursor: `next` of the page before; with the same filters and order */
                next?: string;
            };
            header?: {
                /** @description ETags that are known */
                "If-None-Match"?: string;
            };
            path: {
                /** @description A ULID unless given */
                applicationId: components["schemas"]["ApplicationId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of API keys, without their secrets */
            200: {
                headers: {
                    /** @description Strong validator */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["ApiKey"][];
                        next?: string;
                    };
                };
            };
            /** @description Not modified */
            304: {
                headers: {
                    /** @description Strong validator */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Something in the request is wrong; `errors` names it */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not signed in, or the session has ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The permission is missing */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing, or the caller may not know of it */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The request failed; the log says why */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description No function could take the request; ask again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
        };
    };
    createApiKey: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and body again answer what the first answered, for a day */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description A ULID unless given */
                applicationId: components["schemas"]["ApplicationId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewApiKey"];
            };
        };
        responses: {
            /** @description The API key, with its text */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CreatedApiKey"];
                };
            };
            /** @description Something in the request is wrong; `errors` names it */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not signed in, or the session has ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The permission is missing */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing, or the caller may not know of it */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description A request with this Idempotency-Key is under way */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The media type is not taken */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The Idempotency-Key was used with another body */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The request failed; the log says why */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description No function could take the request; ask again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
        };
    };
    deleteApiKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A ULID unless given */
                applicationId: components["schemas"]["ApplicationId"];
                keyId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Something in the request is wrong; `errors` names it */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not signed in, or the session has ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The permission is missing */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing, or the caller may not know of it */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The request failed; the log says why */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description No function could take the request; ask again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
        };
    };
    listDevices: {
        parameters: {
            query?: {
                /** @description Items a page */
                limit?: number;
                /** @description Cursor: `next` of the page before; with the same filters and order */
                next?: string;
                applicationId?: components["schemas"]["ApplicationId"];
                /** @description Name of their device type */
                type?: components["schemas"]["TypeName"];
                /** @description The room that they are in */
                room?: components["schemas"]["RoomId"];
                /** @description The gateway that publishes for them */
                gateway?: components["schemas"]["DeviceId"];
                status?: "registered" | "active" | "disabled";
                kind?: "device" | "gateway";
                /** @description In their id, name, model, firmware or metadata, whatever its case */
                text?: string;
                /** @description Entries of their metadata: `metadata[floor]=2`, or `metadata.floor=2`. All must match. */
                metadata?: {
                    [key: string]: string;
                };
                sort?: "deviceId" | "name";
                order?: "asc" | "desc";
                /** @description Their newest values too */
                include?: "latest";
            };
            header?: {
                /** @description ETags that are known */
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of devices */
            200: {
                headers: {
                    /** @description Strong validator */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["ListedDevice"][];
                        next?: string;
                    };
                };
            };
            /** @description Not modified */
            304: {
                headers: {
                    /** @description Strong validator */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Something in the request is wrong; `errors` names it */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not signed in, or the session has ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The permission is missing */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing, or the caller may not know of it */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The request failed; the log says why */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description No function could take the request; ask again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
        };
    };
    createDevice: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and body again answer what the first answered, for a day */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewDevice"];
            };
        };
        responses: {
            /** @description The registered device */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Device"];
                };
            };
            /** @description Something in the request is wrong; `errors` names it */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not signed in, or the session has ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The permission is missing */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing, or the caller may not know of it */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description There is a device with this id */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The media type is not taken */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The Idempotency-Key was used with another body */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The request failed; the log says why */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description No function could take the request; ask again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
        };
    };
    getDevice: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETags that are known */
                "If-None-Match"?: string;
            };
            path: {
                /** @description Thing name in AWS IoT */
                deviceId: components["schemas"]["DeviceId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The device */
            200: {
                headers: {
                    /** @description Strong validator */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Device"];
                };
            };
            /** @description Not modified */
            304: {
                headers: {
                    /** @description Strong validator */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Something in the request is wrong; `errors` names it */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not signed in, or the session has ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The permission is missing */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing, or the caller may not know of it */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The request failed; the log says why */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description No function could take the request; ask again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
        };
    };
    deleteDevice: {
        parameters: {
            query?: {
                /** @description Of a gateway: its children stay, without a gateway. Safe to repeat. */
                children?: "detach";
            };
            header?: {
                /** @description ETag of the version to change; any version without it */
                "If-Match"?: string;
            };
            path: {
                /** @description Thing name in AWS IoT */
                deviceId: components["schemas"]["DeviceId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone */
            204: {
                headers: {
                    /** @description Strong validator */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Something in the request is wrong; `errors` names it */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not signed in, or the session has ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The permission is missing */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing, or the caller may not know of it */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description It is a gateway that has children */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The version is another by now */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The request failed; the log says why */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description Its children are being detached: ask again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    patchDevice: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETag of the version to change; any version without it */
                "If-Match"?: string;
            };
            path: {
                /** @description Thing name in AWS IoT */
                deviceId: components["schemas"]["DeviceId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/merge-patch+json": string;
                "application/json": components["schemas"]["DevicePatch"];
            };
        };
        responses: {
            /** @description The device as it is now */
            200: {
                headers: {
                    /** @description Strong validator */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Device"];
                };
            };
            /** @description Something in the request is wrong; `errors` names it */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not signed in, or the session has ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The permission is missing */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing, or the caller may not know of it */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description Others keep changing it */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The version is another by now */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The media type is not taken */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The request failed; the log says why */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description No function could take the request; ask again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
        };
    };
    moveDevice: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETag of the version to change; any version without it */
                "If-Match"?: string;
            };
            path: {
                /** @description Thing name in AWS IoT */
                deviceId: components["schemas"]["DeviceId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DeviceMove"];
            };
        };
        responses: {
            /** @description The device as it is now */
            200: {
                headers: {
                    /** @description Strong validator */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Device"];
                };
            };
            /** @description Something in the request is wrong; `errors` names it */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not signed in, or the session has ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The permission is missing */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing, or the caller may not know of it */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description Others keep moving it */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The version is another by now */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The media type is not taken */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The request failed; the log says why */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description No function could take the request; ask again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
        };
    };
    getLatestValues: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETags that are known */
                "If-None-Match"?: string;
            };
            path: {
                /** @description Thing name in AWS IoT */
                deviceId: components["schemas"]["DeviceId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Its newest values */
            200: {
                headers: {
                    /** @description Strong validator */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LatestValues"];
                };
            };
            /** @description Not modified */
            304: {
                headers: {
                    /** @description Strong validator */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Something in the request is wrong; `errors` names it */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not signed in, or the session has ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The permission is missing */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing, or the caller may not know of it */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The request failed; the log says why */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description No function could take the request; ask again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
        };
    };
    listGateways: {
        parameters: {
            query?: {
                /** @description Items a page */
                limit?: number;
                /** @description Cursor: `next` of the page before; with the same filters and order */
                next?: string;
                applicationId?: components["schemas"]["ApplicationId"];
            };
            header?: {
                /** @description ETags that are known */
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of gateways */
            200: {
                headers: {
                    /** @description Strong validator */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Device"][];
                        next?: string;
                    };
                };
            };
            /** @description Not modified */
            304: {
                headers: {
                    /** @description Strong validator */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Something in the request is wrong; `errors` names it */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not signed in, or the session has ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The permission is missing */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing, or the caller may not know of it */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The request failed; the log says why */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description No function could take the request; ask again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
        };
    };
    listGatewayDevices: {
        parameters: {
            query?: {
                /** @description Items a page */
                limit?: number;
                /** @description Cursor: `next` of the page before; with the same filters and order */
                next?: string;
            };
            header?: {
                /** @description ETags that are known */
                "If-None-Match"?: string;
            };
            path: {
                /** @description Thing name in AWS IoT */
                gatewayId: components["schemas"]["DeviceId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of its children */
            200: {
                headers: {
                    /** @description Strong validator */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Device"][];
                        next?: string;
                    };
                };
            };
            /** @description Not modified */
            304: {
                headers: {
                    /** @description Strong validator */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Something in the request is wrong; `errors` names it */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not signed in, or the session has ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The permission is missing */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing, or the caller may not know of it */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The request failed; the log says why */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description No function could take the request; ask again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
        };
    };
    attachDevice: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETag of the version to change; any version without it */
                "If-Match"?: string;
            };
            path: {
                /** @description Thing name in AWS IoT */
                gatewayId: components["schemas"]["DeviceId"];
                /** @description Thing name in AWS IoT */
                deviceId: components["schemas"]["DeviceId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The device as it is now */
            200: {
                headers: {
                    /** @description Strong validator */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Device"];
                };
            };
            /** @description Something in the request is wrong; `errors` names it */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not signed in, or the session has ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The permission is missing */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing, or the caller may not know of it */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description A gateway is not the child of another */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The version is another by now */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The request failed; the log says why */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description No function could take the request; ask again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
        };
    };
    detachDevice: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETag of the version to change; any version without it */
                "If-Match"?: string;
            };
            path: {
                /** @description Thing name in AWS IoT */
                gatewayId: components["schemas"]["DeviceId"];
                /** @description Thing name in AWS IoT */
                deviceId: components["schemas"]["DeviceId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It has no gateway any more */
            204: {
                headers: {
                    /** @description Strong validator */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Something in the request is wrong; `errors` names it */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not signed in, or the session has ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The permission is missing */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing, or the caller may not know of it */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description Others are changing the same things */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The version is another by now */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The request failed; the log says why */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description No function could take the request; ask again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
        };
    };
    importDevices: {
        parameters: {
            query?: {
                applicationId?: components["schemas"]["ApplicationId"];
                /** @description create refuses what is there already; upsert changes it */
                mode?: "create" | "upsert";
            };
            header?: {
                /** @description The same key and body again answer what the first answered, for a day */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    [key: string]: unknown;
                }[] | string;
                "text/csv": string;
            };
        };
        responses: {
            /** @description What became of each row */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImportReport"];
                };
            };
            /** @description Something in the request is wrong; `errors` names it */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not signed in, or the session has ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The permission is missing */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing, or the caller may not know of it */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description A request with this Idempotency-Key is under way */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The media type is not taken */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The Idempotency-Key was used with another body */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The request failed; the log says why */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description No function could take the request; ask again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
        };
    };
    exportDevices: {
        parameters: {
            query?: {
                /** @description Rows a page */
                limit?: number;
                /** @description Cursor: `next` of the page before; with the same filters and order */
                next?: string;
                format?: "csv" | "json";
                applicationId?: components["schemas"]["ApplicationId"];
            };
            header?: {
                /** @description ETags that are known */
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of devices */
            200: {
                headers: {
                    /** @description Strong validator */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["DeviceRow"][];
                        next?: string;
                    };
                    "text/csv": string;
                };
            };
            /** @description Not modified */
            304: {
                headers: {
                    /** @description Strong validator */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Something in the request is wrong; `errors` names it */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not signed in, or the session has ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The permission is missing */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing, or the caller may not know of it */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The request failed; the log says why */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description No function could take the request; ask again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
        };
    };
    listRooms: {
        parameters: {
            query?: {
                /** @description Items a page */
                limit?: number;
                /** @description Cursor: `next` of the page before; with the same filters and order */
                next?: string;
                applicationId?: components["schemas"]["ApplicationId"];
                type?: string;
                /** @description In their id, name, type or metadata */
                text?: string;
                sort?: "roomId" | "name";
                order?: "asc" | "desc";
            };
            header?: {
                /** @description ETags that are known */
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of rooms */
            200: {
                headers: {
                    /** @description Strong validator */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Room"][];
                        next?: string;
                    };
                };
            };
            /** @description Not modified */
            304: {
                headers: {
                    /** @description Strong validator */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Something in the request is wrong; `errors` names it */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not signed in, or the session has ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The permission is missing */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing, or the caller may not know of it */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The request failed; the log says why */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description No function could take the request; ask again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
        };
    };
    createRoom: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and body again answer what the first answered, for a day */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewRoom"];
            };
        };
        responses: {
            /** @description The room */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Room"];
                };
            };
            /** @description Something in the request is wrong; `errors` names it */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not signed in, or the session has ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The permission is missing */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing, or the caller may not know of it */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description There is a room with this id */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The media type is not taken */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The Idempotency-Key was used with another body */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The request failed; the log says why */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description No function could take the request; ask again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
        };
    };
    getRoom: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETags that are known */
                "If-None-Match"?: string;
            };
            path: {
                /** @description A ULID unless given */
                roomId: components["schemas"]["RoomId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The room */
            200: {
                headers: {
                    /** @description Strong validator */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Room"];
                };
            };
            /** @description Not modified */
            304: {
                headers: {
                    /** @description Strong validator */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Something in the request is wrong; `errors` names it */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not signed in, or the session has ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The permission is missing */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing, or the caller may not know of it */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The request failed; the log says why */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description No function could take the request; ask again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
        };
    };
    deleteRoom: {
        parameters: {
            query?: {
                /** @description Its devices stay, without a room. Safe to repeat. */
                devices?: "detach";
            };
            header?: {
                /** @description ETag of the version to change; any version without it */
                "If-Match"?: string;
            };
            path: {
                /** @description A ULID unless given */
                roomId: components["schemas"]["RoomId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone */
            204: {
                headers: {
                    /** @description Strong validator */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Something in the request is wrong; `errors` names it */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not signed in, or the session has ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The permission is missing */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing, or the caller may not know of it */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description Devices are in it */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The version is another by now */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The request failed; the log says why */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description Its devices are being moved out: ask again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    patchRoom: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETag of the version to change; any version without it */
                "If-Match"?: string;
            };
            path: {
                /** @description A ULID unless given */
                roomId: components["schemas"]["RoomId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/merge-patch+json": string;
                "application/json": components["schemas"]["RoomPatch"];
            };
        };
        responses: {
            /** @description The room as it is now */
            200: {
                headers: {
                    /** @description Strong validator */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Room"];
                };
            };
            /** @description Something in the request is wrong; `errors` names it */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not signed in, or the session has ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The permission is missing */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing, or the caller may not know of it */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description Others keep changing it */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The version is another by now */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The media type is not taken */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The request failed; the log says why */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description No function could take the request; ask again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
        };
    };
    listRoomDevices: {
        parameters: {
            query?: {
                /** @description Items a page */
                limit?: number;
                /** @description Cursor: `next` of the page before; with the same filters and order */
                next?: string;
            };
            header?: {
                /** @description ETags that are known */
                "If-None-Match"?: string;
            };
            path: {
                /** @description A ULID unless given */
                roomId: components["schemas"]["RoomId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of devices */
            200: {
                headers: {
                    /** @description Strong validator */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Device"][];
                        next?: string;
                    };
                };
            };
            /** @description Not modified */
            304: {
                headers: {
                    /** @description Strong validator */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Something in the request is wrong; `errors` names it */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not signed in, or the session has ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The permission is missing */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing, or the caller may not know of it */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The request failed; the log says why */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description No function could take the request; ask again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
        };
    };
    getRoomState: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETags that are known */
                "If-None-Match"?: string;
            };
            path: {
                /** @description A ULID unless given */
                roomId: components["schemas"]["RoomId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The state of the room */
            200: {
                headers: {
                    /** @description Strong validator */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RoomState"];
                };
            };
            /** @description Not modified */
            304: {
                headers: {
                    /** @description Strong validator */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Something in the request is wrong; `errors` names it */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not signed in, or the session has ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The permission is missing */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing, or the caller may not know of it */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The request failed; the log says why */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description No function could take the request; ask again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
        };
    };
    importRooms: {
        parameters: {
            query?: {
                applicationId?: components["schemas"]["ApplicationId"];
                /** @description create refuses what is there already; upsert changes it */
                mode?: "create" | "upsert";
            };
            header?: {
                /** @description The same key and body again answer what the first answered, for a day */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    [key: string]: unknown;
                }[] | string;
                "text/csv": string;
            };
        };
        responses: {
            /** @description What became of each row */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImportReport"];
                };
            };
            /** @description Something in the request is wrong; `errors` names it */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not signed in, or the session has ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The permission is missing */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing, or the caller may not know of it */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description A request with this Idempotency-Key is under way */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The media type is not taken */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The Idempotency-Key was used with another body */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The request failed; the log says why */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description No function could take the request; ask again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
        };
    };
    exportRooms: {
        parameters: {
            query?: {
                /** @description Rows a page */
                limit?: number;
                /** @description Cursor: `next` of the page before; with the same filters and order */
                next?: string;
                format?: "csv" | "json";
                applicationId?: components["schemas"]["ApplicationId"];
            };
            header?: {
                /** @description ETags that are known */
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of rooms */
            200: {
                headers: {
                    /** @description Strong validator */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["RoomRow"][];
                        next?: string;
                    };
                    "text/csv": string;
                };
            };
            /** @description Not modified */
            304: {
                headers: {
                    /** @description Strong validator */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Something in the request is wrong; `errors` names it */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not signed in, or the session has ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The permission is missing */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing, or the caller may not know of it */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The request failed; the log says why */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description No function could take the request; ask again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
        };
    };
    listCommands: {
        parameters: {
            query?: {
                /** @description Items a page */
                limit?: number;
                /** @description Cursor: `next` of the page before; with the same filters and order */
                next?: string;
                state?: components["schemas"]["CommandState"];
            };
            header?: {
                /** @description ETags that are known */
                "If-None-Match"?: string;
            };
            path: {
                /** @description Thing name in AWS IoT */
                deviceId: components["schemas"]["DeviceId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of commands */
            200: {
                headers: {
                    /** @description Strong validator */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Command"][];
                        next?: string;
                    };
                };
            };
            /** @description Not modified */
            304: {
                headers: {
                    /** @description Strong validator */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Something in the request is wrong; `errors` names it */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not signed in, or the session has ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The permission is missing */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing, or the caller may not know of it */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The request failed; the log says why */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description No function could take the request; ask again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
        };
    };
    createCommand: {
        parameters: {
            query?: {
                /** @description Answer when the command has ended, or after this */
                wait?: string;
            };
            header?: {
                /** @description The same key and body again answer what the first answered, for a day */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Thing name in AWS IoT */
                deviceId: components["schemas"]["DeviceId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewCommand"];
            };
        };
        responses: {
            /** @description The command as it is now */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Command"];
                };
            };
            /** @description Something in the request is wrong; `errors` names it */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not signed in, or the session has ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The permission is missing */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing, or the caller may not know of it */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The device is disabled, or its id and that of its gateway are too long for one topic */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The media type is not taken */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The device's type has no such action, or other parameters */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The request failed; the log says why */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description No function could take the request; ask again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
        };
    };
    getCommand: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETags that are known */
                "If-None-Match"?: string;
            };
            path: {
                /** @description Thing name in AWS IoT */
                deviceId: components["schemas"]["DeviceId"];
                commandId: components["schemas"]["CommandId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The command */
            200: {
                headers: {
                    /** @description Strong validator */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Command"];
                };
            };
            /** @description Not modified */
            304: {
                headers: {
                    /** @description Strong validator */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Something in the request is wrong; `errors` names it */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not signed in, or the session has ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The permission is missing */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such command of the device */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The request failed; the log says why */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description No function could take the request; ask again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
        };
    };
    cancelCommand: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and body again answer what the first answered, for a day */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Thing name in AWS IoT */
                deviceId: components["schemas"]["DeviceId"];
                commandId: components["schemas"]["CommandId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The cancelled command */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Command"];
                };
            };
            /** @description Something in the request is wrong; `errors` names it */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not signed in, or the session has ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The permission is missing */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such command of the device */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It is too late: the detail says its state */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The Idempotency-Key was used with another body */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The request failed; the log says why */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description No function could take the request; ask again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
        };
    };
    listRoomCommands: {
        parameters: {
            query?: {
                /** @description Items a page */
                limit?: number;
                /** @description Cursor: `next` of the page before; with the same filters and order */
                next?: string;
                state?: components["schemas"]["GroupCommandState"];
            };
            header?: {
                /** @description ETags that are known */
                "If-None-Match"?: string;
            };
            path: {
                /** @description A ULID unless given */
                roomId: components["schemas"]["RoomId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of commands */
            200: {
                headers: {
                    /** @description Strong validator */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["GroupCommand"][];
                        next?: string;
                    };
                };
            };
            /** @description Not modified */
            304: {
                headers: {
                    /** @description Strong validator */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Something in the request is wrong; `errors` names it */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not signed in, or the session has ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The permission is missing */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing, or the caller may not know of it */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The request failed; the log says why */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description No function could take the request; ask again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
        };
    };
    createRoomCommand: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and body again answer what the first answered, for a day */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description A ULID unless given */
                roomId: components["schemas"]["RoomId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewGroupCommand"];
            };
        };
        responses: {
            /** @description The command: its devices are told now */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GroupCommandWithReport"];
                };
            };
            /** @description Something in the request is wrong; `errors` names it */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not signed in, or the session has ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The permission is missing */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing, or the caller may not know of it */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description A request with this Idempotency-Key is under way */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The media type is not taken */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No device matches, none can do this, or there are too many */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The request failed; the log says why */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description No function could take the request; ask again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
        };
    };
    getRoomCommand: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETags that are known */
                "If-None-Match"?: string;
            };
            path: {
                /** @description A ULID unless given */
                roomId: components["schemas"]["RoomId"];
                commandId: components["schemas"]["CommandId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The command and its report */
            200: {
                headers: {
                    /** @description Strong validator */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GroupCommandWithReport"];
                };
            };
            /** @description Not modified */
            304: {
                headers: {
                    /** @description Strong validator */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Something in the request is wrong; `errors` names it */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not signed in, or the session has ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The permission is missing */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such command */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The request failed; the log says why */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description No function could take the request; ask again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
        };
    };
    listRoomCommandChildren: {
        parameters: {
            query?: {
                /** @description Items a page */
                limit?: number;
                /** @description Cursor: `next` of the page before; with the same filters and order */
                next?: string;
                /** @description Only those that ended so */
                outcome?: "open" | "succeeded" | "failed" | "rejected" | "expired" | "timed-out" | "cancelled" | "refused";
            };
            header?: {
                /** @description ETags that are known */
                "If-None-Match"?: string;
            };
            path: {
                /** @description A ULID unless given */
                roomId: components["schemas"]["RoomId"];
                commandId: components["schemas"]["CommandId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of devices, by id */
            200: {
                headers: {
                    /** @description Strong validator */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["GroupCommandChild"][];
                        next?: string;
                    };
                };
            };
            /** @description Not modified */
            304: {
                headers: {
                    /** @description Strong validator */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Something in the request is wrong; `errors` names it */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not signed in, or the session has ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The permission is missing */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such command */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The request failed; the log says why */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description No function could take the request; ask again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
        };
    };
    cancelRoomCommand: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and body again answer what the first answered, for a day */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description A ULID unless given */
                roomId: components["schemas"]["RoomId"];
                commandId: components["schemas"]["CommandId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The command: what can be taken back is */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GroupCommandWithReport"];
                };
            };
            /** @description Something in the request is wrong; `errors` names it */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not signed in, or the session has ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The permission is missing */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such command */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It is too late: the detail says its state */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The Idempotency-Key was used with another body */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The request failed; the log says why */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description No function could take the request; ask again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
        };
    };
    listApplicationCommands: {
        parameters: {
            query?: {
                /** @description Items a page */
                limit?: number;
                /** @description Cursor: `next` of the page before; with the same filters and order */
                next?: string;
                state?: components["schemas"]["GroupCommandState"];
            };
            header?: {
                /** @description ETags that are known */
                "If-None-Match"?: string;
            };
            path: {
                /** @description A ULID unless given */
                applicationId: components["schemas"]["ApplicationId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of commands */
            200: {
                headers: {
                    /** @description Strong validator */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["GroupCommand"][];
                        next?: string;
                    };
                };
            };
            /** @description Not modified */
            304: {
                headers: {
                    /** @description Strong validator */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Something in the request is wrong; `errors` names it */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not signed in, or the session has ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The permission is missing */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing, or the caller may not know of it */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The request failed; the log says why */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description No function could take the request; ask again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
        };
    };
    createApplicationCommand: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and body again answer what the first answered, for a day */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description A ULID unless given */
                applicationId: components["schemas"]["ApplicationId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewGroupCommand"];
            };
        };
        responses: {
            /** @description The command: its devices are told now */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GroupCommandWithReport"];
                };
            };
            /** @description Something in the request is wrong; `errors` names it */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not signed in, or the session has ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The permission is missing */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing, or the caller may not know of it */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description A request with this Idempotency-Key is under way */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The media type is not taken */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No device matches, none can do this, or there are too many */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The request failed; the log says why */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description No function could take the request; ask again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
        };
    };
    getApplicationCommand: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETags that are known */
                "If-None-Match"?: string;
            };
            path: {
                /** @description A ULID unless given */
                applicationId: components["schemas"]["ApplicationId"];
                commandId: components["schemas"]["CommandId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The command and its report */
            200: {
                headers: {
                    /** @description Strong validator */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GroupCommandWithReport"];
                };
            };
            /** @description Not modified */
            304: {
                headers: {
                    /** @description Strong validator */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Something in the request is wrong; `errors` names it */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not signed in, or the session has ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The permission is missing */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such command */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The request failed; the log says why */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description No function could take the request; ask again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
        };
    };
    listApplicationCommandChildren: {
        parameters: {
            query?: {
                /** @description Items a page */
                limit?: number;
                /** @description Cursor: `next` of the page before; with the same filters and order */
                next?: string;
                /** @description Only those that ended so */
                outcome?: "open" | "succeeded" | "failed" | "rejected" | "expired" | "timed-out" | "cancelled" | "refused";
            };
            header?: {
                /** @description ETags that are known */
                "If-None-Match"?: string;
            };
            path: {
                /** @description A ULID unless given */
                applicationId: components["schemas"]["ApplicationId"];
                commandId: components["schemas"]["CommandId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of devices, by id */
            200: {
                headers: {
                    /** @description Strong validator */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["GroupCommandChild"][];
                        next?: string;
                    };
                };
            };
            /** @description Not modified */
            304: {
                headers: {
                    /** @description Strong validator */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Something in the request is wrong; `errors` names it */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not signed in, or the session has ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The permission is missing */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such command */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The request failed; the log says why */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description No function could take the request; ask again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
        };
    };
    cancelApplicationCommand: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and body again answer what the first answered, for a day */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description A ULID unless given */
                applicationId: components["schemas"]["ApplicationId"];
                commandId: components["schemas"]["CommandId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The command: what can be taken back is */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GroupCommandWithReport"];
                };
            };
            /** @description Something in the request is wrong; `errors` names it */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not signed in, or the session has ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The permission is missing */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such command */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It is too late: the detail says its state */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The Idempotency-Key was used with another body */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The request failed; the log says why */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description No function could take the request; ask again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
        };
    };
    listDeviceTypes: {
        parameters: {
            query?: {
                /** @description Items a page */
                limit?: number;
                /** @description Cursor: `next` of the page before; with the same filters and order */
                next?: string;
            };
            header?: {
                /** @description ETags that are known */
                "If-None-Match"?: string;
            };
            path: {
                /** @description A ULID unless given */
                applicationId: components["schemas"]["ApplicationId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of device types */
            200: {
                headers: {
                    /** @description Strong validator */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["DeviceType"][];
                        next?: string;
                    };
                };
            };
            /** @description Not modified */
            304: {
                headers: {
                    /** @description Strong validator */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Something in the request is wrong; `errors` names it */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not signed in, or the session has ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The permission is missing */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing, or the caller may not know of it */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The request failed; the log says why */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description No function could take the request; ask again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
        };
    };
    getDeviceType: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETags that are known */
                "If-None-Match"?: string;
            };
            path: {
                /** @description A ULID unless given */
                applicationId: components["schemas"]["ApplicationId"];
                /** @description A ULID unless given */
                typeName: components["schemas"]["TypeName"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The device type */
            200: {
                headers: {
                    /** @description Strong validator */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeviceType"];
                };
            };
            /** @description Not modified */
            304: {
                headers: {
                    /** @description Strong validator */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Something in the request is wrong; `errors` names it */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not signed in, or the session has ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The permission is missing */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing, or the caller may not know of it */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The request failed; the log says why */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description No function could take the request; ask again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
        };
    };
    putDeviceType: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETag of the version to change; any version without it */
                "If-Match"?: string;
            };
            path: {
                /** @description A ULID unless given */
                applicationId: components["schemas"]["ApplicationId"];
                /** @description A ULID unless given */
                typeName: components["schemas"]["TypeName"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewDeviceType"];
            };
        };
        responses: {
            /** @description The device type as it is now */
            200: {
                headers: {
                    /** @description Strong validator */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeviceType"];
                };
            };
            /** @description Something in the request is wrong; `errors` names it */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not signed in, or the session has ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The permission is missing */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing, or the caller may not know of it */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description Others keep changing it */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The version is another by now */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The media type is not taken */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The request failed; the log says why */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description Its devices are still being brought in line: ask again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteDeviceType: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETag of the version to change; any version without it */
                "If-Match"?: string;
            };
            path: {
                /** @description A ULID unless given */
                applicationId: components["schemas"]["ApplicationId"];
                /** @description A ULID unless given */
                typeName: components["schemas"]["TypeName"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone */
            204: {
                headers: {
                    /** @description Strong validator */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Something in the request is wrong; `errors` names it */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not signed in, or the session has ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The permission is missing */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing, or the caller may not know of it */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description Devices have it */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The version is another by now */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The request failed; the log says why */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description No function could take the request; ask again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
        };
    };
    listAudit: {
        parameters: {
            query?: {
                /** @description Items a page */
                limit?: number;
                /** @description Cursor: `next` of the page before; with the same filters and order */
                next?: string;
                /** @description Not before */
                from?: components["schemas"]["Timestamp"];
                /** @description Not after */
                to?: components["schemas"]["Timestamp"];
                /** @description desc: the newest first */
                order?: "asc" | "desc";
                /** @description As in `device:boiler-7` */
                entity?: string;
                /** @description As in `user:<id>` */
                actor?: string;
            };
            header?: {
                /** @description ETags that are known */
                "If-None-Match"?: string;
            };
            path: {
                /** @description A ULID unless given */
                applicationId: components["schemas"]["ApplicationId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of the audit log */
            200: {
                headers: {
                    /** @description Strong validator */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["AuditEntry"][];
                        next?: string;
                    };
                };
            };
            /** @description Not modified */
            304: {
                headers: {
                    /** @description Strong validator */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Something in the request is wrong; `errors` names it */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not signed in, or the session has ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The permission is missing */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing, or the caller may not know of it */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The request failed; the log says why */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description No function could take the request; ask again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
        };
    };
    listEvents: {
        parameters: {
            query?: {
                /** @description Items a page */
                limit?: number;
                /** @description Cursor: `next` of the page before; with the same filters and order */
                next?: string;
                /** @description Not before */
                from?: components["schemas"]["Timestamp"];
                /** @description Not after */
                to?: components["schemas"]["Timestamp"];
                /** @description desc: the newest first */
                order?: "asc" | "desc";
                /** @description As in `device:boiler-7` */
                entity?: string;
                /** @description As in `device.registered` */
                type?: string;
            };
            header?: {
                /** @description ETags that are known */
                "If-None-Match"?: string;
            };
            path: {
                /** @description A ULID unless given */
                applicationId: components["schemas"]["ApplicationId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of events */
            200: {
                headers: {
                    /** @description Strong validator */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Event"][];
                        next?: string;
                    };
                };
            };
            /** @description Not modified */
            304: {
                headers: {
                    /** @description Strong validator */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Something in the request is wrong; `errors` names it */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not signed in, or the session has ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The permission is missing */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing, or the caller may not know of it */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The request failed; the log says why */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description No function could take the request; ask again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
        };
    };
    listDeviceEvents: {
        parameters: {
            query?: {
                /** @description Items a page */
                limit?: number;
                /** @description Cursor: `next` of the page before; with the same filters and order */
                next?: string;
                /** @description Not before */
                from?: components["schemas"]["Timestamp"];
                /** @description Not after */
                to?: components["schemas"]["Timestamp"];
                /** @description desc: the newest first */
                order?: "asc" | "desc";
                /** @description As in `device.registered` */
                type?: string;
            };
            header?: {
                /** @description ETags that are known */
                "If-None-Match"?: string;
            };
            path: {
                /** @description Thing name in AWS IoT */
                deviceId: components["schemas"]["DeviceId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of events */
            200: {
                headers: {
                    /** @description Strong validator */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Event"][];
                        next?: string;
                    };
                };
            };
            /** @description Not modified */
            304: {
                headers: {
                    /** @description Strong validator */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Something in the request is wrong; `errors` names it */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not signed in, or the session has ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The permission is missing */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing, or the caller may not know of it */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The request failed; the log says why */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description No function could take the request; ask again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
        };
    };
    noteDeviceEvent: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and body again answer what the first answered, for a day */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Thing name in AWS IoT */
                deviceId: components["schemas"]["DeviceId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Note"];
            };
        };
        responses: {
            /** @description The event */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Event"];
                };
            };
            /** @description Something in the request is wrong; `errors` names it */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not signed in, or the session has ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The permission is missing */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing, or the caller may not know of it */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description A request with this Idempotency-Key is under way */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The media type is not taken */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The Idempotency-Key was used with another body */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The request failed; the log says why */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description No function could take the request; ask again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
        };
    };
    listRoomEvents: {
        parameters: {
            query?: {
                /** @description Items a page */
                limit?: number;
                /** @description Cursor: `next` of the page before; with the same filters and order */
                next?: string;
                /** @description Not before */
                from?: components["schemas"]["Timestamp"];
                /** @description Not after */
                to?: components["schemas"]["Timestamp"];
                /** @description desc: the newest first */
                order?: "asc" | "desc";
                /** @description As in `device.registered` */
                type?: string;
            };
            header?: {
                /** @description ETags that are known */
                "If-None-Match"?: string;
            };
            path: {
                /** @description A ULID unless given */
                roomId: components["schemas"]["RoomId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of events */
            200: {
                headers: {
                    /** @description Strong validator */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Event"][];
                        next?: string;
                    };
                };
            };
            /** @description Not modified */
            304: {
                headers: {
                    /** @description Strong validator */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Something in the request is wrong; `errors` names it */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not signed in, or the session has ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The permission is missing */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing, or the caller may not know of it */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The request failed; the log says why */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description No function could take the request; ask again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
        };
    };
    getMessage: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETags that are known */
                "If-None-Match"?: string;
            };
            path: {
                /** @description `<deviceId>~<messageId>` */
                id: components["schemas"]["MessageReference"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The passport */
            200: {
                headers: {
                    /** @description Strong validator */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Message"];
                };
            };
            /** @description Not modified */
            304: {
                headers: {
                    /** @description Strong validator */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Something in the request is wrong; `errors` names it */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not signed in, or the session has ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The permission is missing */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing, or the caller may not know of it */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The request failed; the log says why */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description No function could take the request; ask again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
        };
    };
    listDeviceMessages: {
        parameters: {
            query?: {
                /** @description Items a page */
                limit?: number;
                /** @description Cursor: `next` of the page before; with the same filters and order */
                next?: string;
                /** @description The earliest; ISO 8601 */
                from?: string;
                /** @description Ends before this; ISO 8601 */
                to?: string;
                disposition?: components["schemas"]["Disposition"];
                /** @description By time: asc begins with the oldest, desc with the newest. desc unless given. */
                order?: "asc" | "desc";
            };
            header?: {
                /** @description ETags that are known */
                "If-None-Match"?: string;
            };
            path: {
                /** @description Thing name in AWS IoT */
                deviceId: components["schemas"]["DeviceId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of messages */
            200: {
                headers: {
                    /** @description Strong validator */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["MessageSummary"][];
                        next?: string;
                    };
                };
            };
            /** @description Not modified */
            304: {
                headers: {
                    /** @description Strong validator */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Something in the request is wrong; `errors` names it */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not signed in, or the session has ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The permission is missing */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing, or the caller may not know of it */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The request failed; the log says why */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description No function could take the request; ask again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
        };
    };
    listSignals: {
        parameters: {
            query?: {
                /** @description Items a page */
                limit?: number;
                /** @description Cursor: `next` of the page before; with the same filters and order */
                next?: string;
                /** @description The earliest; ISO 8601 */
                from?: string;
                /** @description Ends before this; ISO 8601 */
                to?: string;
                applicationId?: components["schemas"]["ApplicationId"];
                /** @description `page` × `limit` is at most 1000 */
                page?: number;
                /** @description Both mean when the platform received the signal, which is what signals are ordered by: devices send late and their clocks err. The device's own time is `eventTime`. */
                sort?: "timestamp" | "receivedAt";
                /** @description By time: asc begins with the oldest, desc with the newest. desc unless given. */
                order?: "asc" | "desc";
                /** @description How the messages ended */
                disposition?: components["schemas"]["Disposition"];
            };
            header?: {
                /** @description ETags that are known */
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of signals */
            200: {
                headers: {
                    /** @description Strong validator */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["MessageSummary"][];
                        next?: string;
                    };
                };
            };
            /** @description Not modified */
            304: {
                headers: {
                    /** @description Strong validator */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Something in the request is wrong; `errors` names it */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not signed in, or the session has ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The permission is missing */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing, or the caller may not know of it */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The request failed; the log says why */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description No function could take the request; ask again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
        };
    };
    getSignal: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETags that are known */
                "If-None-Match"?: string;
            };
            path: {
                /** @description `<deviceId>~<messageId>` */
                id: components["schemas"]["MessageReference"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The signal */
            200: {
                headers: {
                    /** @description Strong validator */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Signal"];
                };
            };
            /** @description Not modified */
            304: {
                headers: {
                    /** @description Strong validator */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Something in the request is wrong; `errors` names it */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not signed in, or the session has ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The permission is missing */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing, or the caller may not know of it */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The request failed; the log says why */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description No function could take the request; ask again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
        };
    };
    getSignalRaw: {
        parameters: {
            query?: {
                /** @description Of one entry of the message; the stored one, or else the last that came, unless given */
                traceId?: string;
            };
            header?: {
                /** @description ETags that are known */
                "If-None-Match"?: string;
            };
            path: {
                /** @description `<deviceId>~<messageId>` */
                id: components["schemas"]["MessageReference"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The bytes */
            200: {
                headers: {
                    /** @description Strong validator */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": unknown;
                    "application/gzip": string;
                    "text/plain; charset=utf-8": string;
                    "application/octet-stream": string;
                };
            };
            /** @description Not modified */
            304: {
                headers: {
                    /** @description Strong validator */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Something in the request is wrong; `errors` names it */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not signed in, or the session has ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The permission is missing */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing, or the caller may not know of it */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The bytes are no longer kept */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The request failed; the log says why */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description No function could take the request; ask again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
        };
    };
    getSignalRawMetadata: {
        parameters: {
            query?: {
                /** @description Of one entry of the message; the stored one, or else the last that came, unless given */
                traceId?: string;
            };
            header?: {
                /** @description ETags that are known */
                "If-None-Match"?: string;
            };
            path: {
                /** @description `<deviceId>~<messageId>` */
                id: components["schemas"]["MessageReference"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What is known of the bytes */
            200: {
                headers: {
                    /** @description Strong validator */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RawMetadata"];
                };
            };
            /** @description Not modified */
            304: {
                headers: {
                    /** @description Strong validator */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Something in the request is wrong; `errors` names it */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not signed in, or the session has ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The permission is missing */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing, or the caller may not know of it */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The bytes are no longer kept */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The request failed; the log says why */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description No function could take the request; ask again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
        };
    };
    createLiveTicket: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and body again answer what the first answered, for a day */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The ticket */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LiveTicket"];
                };
            };
            /** @description Something in the request is wrong; `errors` names it */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not signed in, or the session has ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description A request with this Idempotency-Key is under way */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The Idempotency-Key was used with another body */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The request failed; the log says why */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description No function could take the request; ask again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
        };
    };
    getDeviceTelemetry: {
        parameters: {
            query?: {
                /** @description The earliest; ISO 8601 */
                from?: string;
                /** @description Ends before this; ISO 8601 */
                to?: string;
                /** @description How long, before `to` (now unless given) or from `from` on. 1d unless a range is given. */
                span?: "15m" | "1h" | "6h" | "1d" | "7d" | "30d" | "90d" | "1y";
                /** @description Length of the bins, which begin at its multiples since the epoch, UTC; raw: single points. At most 1500 bins. Unless given, by the length of the range: 15m: 10s, 1h: 1m, 6h: 5m, 1d: 15m, 7d: 1h, 30d: 6h, 90d: 1d, 1y: 1d. */
                bin?: "raw" | "1s" | "10s" | "1m" | "5m" | "15m" | "1h" | "6h" | "1d";
                /** @description Names with commas between, at most 20; all (of bins: all numbers) unless given */
                metrics?: string;
                /** @description What is made of the values of a bin, with commas between: mean, min, max, p50, p90, p95, p99, first, last, count, stddev, sum. mean unless given. first, last and count also of texts and booleans; percentiles are approximate. */
                aggregate?: string;
                /** @description Units to answer in, by UCUM code: `<metric>:<code>` with commas between. What is stored, unless given. */
                units?: string;
                /** @description By the header Accept unless given */
                format?: "json" | "csv";
                /** @description By time: asc begins with the oldest, desc with the newest. asc unless given. */
                order?: "asc" | "desc";
                /** @description Points a page, with bin=raw */
                limit?: number;
                /** @description Cursor: `next` of the page before, with bin=raw */
                next?: string;
            };
            header?: {
                /** @description ETags that are known */
                "If-None-Match"?: string;
            };
            path: {
                /** @description Thing name in AWS IoT */
                deviceId: components["schemas"]["DeviceId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The series */
            200: {
                headers: {
                    /** @description Strong validator */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Telemetry"];
                    "text/csv; charset=utf-8": string;
                };
            };
            /** @description Not modified */
            304: {
                headers: {
                    /** @description Strong validator */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Something in the request is wrong; `errors` names it */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not signed in, or the session has ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The permission is missing */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing, or the caller may not know of it */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The request failed; the log says why */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description No function could take the request; ask again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
        };
    };
    sendTelemetry: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and body again answer what the first answered, for a day */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Thing name in AWS IoT */
                deviceId: components["schemas"]["DeviceId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": unknown;
                "application/gzip": string;
                "application/octet-stream": string;
                "text/plain": string;
            };
        };
        responses: {
            /** @description It is on its way */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AcceptedMessage"];
                };
            };
            /** @description Something in the request is wrong; `errors` names it */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A header is missing or malformed, the key is unknown or over, the clock is off, the signature is wrong, or the nonce was used */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such device in the key's application */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A request with this Idempotency-Key is under way */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The media type is not taken */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The Idempotency-Key was used with another body */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The request failed; the log says why */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description No function could take the request; ask again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
        };
    };
    getRoomTelemetry: {
        parameters: {
            query?: {
                /** @description The earliest; ISO 8601 */
                from?: string;
                /** @description Ends before this; ISO 8601 */
                to?: string;
                /** @description How long, before `to` (now unless given) or from `from` on. 1d unless a range is given. */
                span?: "15m" | "1h" | "6h" | "1d" | "7d" | "30d" | "90d" | "1y";
                /** @description Length of the bins, which begin at its multiples since the epoch, UTC; raw: single points. At most 1500 bins. Unless given, by the length of the range: 15m: 10s, 1h: 1m, 6h: 5m, 1d: 15m, 7d: 1h, 30d: 6h, 90d: 1d, 1y: 1d. */
                bin?: "raw" | "1s" | "10s" | "1m" | "5m" | "15m" | "1h" | "6h" | "1d";
                /** @description Names with commas between, at most 20; all (of bins: all numbers) unless given */
                metrics?: string;
                /** @description What is made of the values of a bin, with commas between: mean, min, max, p50, p90, p95, p99, first, last, count, stddev, sum. mean unless given. first, last and count also of texts and booleans; percentiles are approximate. */
                aggregate?: string;
                /** @description Units to answer in, by UCUM code: `<metric>:<code>` with commas between. What is stored, unless given. */
                units?: string;
                /** @description By the header Accept unless given */
                format?: "json" | "csv";
                /** @description One series of all devices together, or one for each device */
                groupBy?: "room" | "device";
            };
            header?: {
                /** @description ETags that are known */
                "If-None-Match"?: string;
            };
            path: {
                /** @description A ULID unless given */
                roomId: components["schemas"]["RoomId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The series */
            200: {
                headers: {
                    /** @description Strong validator */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Telemetry"];
                    "text/csv; charset=utf-8": string;
                };
            };
            /** @description Not modified */
            304: {
                headers: {
                    /** @description Strong validator */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Something in the request is wrong; `errors` names it */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not signed in, or the session has ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The permission is missing */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing, or the caller may not know of it */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The request failed; the log says why */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description No function could take the request; ask again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
        };
    };
    getHealth: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETags that are known */
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Every flow answers */
            200: {
                headers: {
                    /** @description Strong validator */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
            /** @description Not modified */
            304: {
                headers: {
                    /** @description Strong validator */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The request failed; the log says why */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description A flow does not answer */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
        };
    };
    getOpenApi: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETags that are known */
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OpenAPI 3.1 */
            200: {
                headers: {
                    /** @description Strong validator */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        openapi: string;
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description Not modified */
            304: {
                headers: {
                    /** @description Strong validator */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The request failed; the log says why */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description No function could take the request; ask again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
        };
    };
    getDocs: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETags that are known */
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page for people */
            200: {
                headers: {
                    /** @description Strong validator */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            /** @description Not modified */
            304: {
                headers: {
                    /** @description Strong validator */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The request failed; the log says why */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description No function could take the request; ask again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
        };
    };
    getAsyncApi: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETags that are known */
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description AsyncAPI 3.0 */
            200: {
                headers: {
                    /** @description Strong validator */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        asyncapi: string;
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description Not modified */
            304: {
                headers: {
                    /** @description Strong validator */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The request failed; the log says why */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description No function could take the request; ask again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
        };
    };
    getMessageDocs: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETags that are known */
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page for people */
            200: {
                headers: {
                    /** @description Strong validator */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            /** @description Not modified */
            304: {
                headers: {
                    /** @description Strong validator */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The request failed; the log says why */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description No function could take the request; ask again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
        };
    };
    createProvisioningToken: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and body again answer what the first answered, for a day */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Thing name in AWS IoT */
                deviceId: components["schemas"]["DeviceId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewProvisioningToken"];
            };
        };
        responses: {
            /** @description The token */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProvisioningToken"];
                };
            };
            /** @description Something in the request is wrong; `errors` names it */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not signed in, or the session has ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The permission is missing */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing, or the caller may not know of it */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description A request with this Idempotency-Key is under way */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The media type is not taken */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The Idempotency-Key was used with another body */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The request failed; the log says why */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description No function could take the request; ask again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
        };
    };
    listCertificates: {
        parameters: {
            query?: {
                /** @description Items a page */
                limit?: number;
                /** @description Cursor: `next` of the page before; with the same filters and order */
                next?: string;
            };
            header?: {
                /** @description ETags that are known */
                "If-None-Match"?: string;
            };
            path: {
                /** @description Thing name in AWS IoT */
                deviceId: components["schemas"]["DeviceId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of certificates */
            200: {
                headers: {
                    /** @description Strong validator */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Certificate"][];
                        next?: string;
                    };
                };
            };
            /** @description Not modified */
            304: {
                headers: {
                    /** @description Strong validator */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Something in the request is wrong; `errors` names it */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not signed in, or the session has ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The permission is missing */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing, or the caller may not know of it */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The request failed; the log says why */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description No function could take the request; ask again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
        };
    };
    revokeCertificate: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and body again answer what the first answered, for a day */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Thing name in AWS IoT */
                deviceId: components["schemas"]["DeviceId"];
                certificateId: components["schemas"]["CertificateId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The revoked certificate */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Certificate"];
                };
            };
            /** @description Something in the request is wrong; `errors` names it */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not signed in, or the session has ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The permission is missing */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing, or the caller may not know of it */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description A request with this Idempotency-Key is under way */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The Idempotency-Key was used with another body */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The request failed; the log says why */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description No function could take the request; ask again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
        };
    };
    getDevicePresence: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETags that are known */
                "If-None-Match"?: string;
            };
            path: {
                /** @description Thing name in AWS IoT */
                deviceId: components["schemas"]["DeviceId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Its presence */
            200: {
                headers: {
                    /** @description Strong validator */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DevicePresence"];
                };
            };
            /** @description Not modified */
            304: {
                headers: {
                    /** @description Strong validator */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Something in the request is wrong; `errors` names it */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not signed in, or the session has ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The permission is missing */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing, or the caller may not know of it */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The request failed; the log says why */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description No function could take the request; ask again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
        };
    };
    getTwin: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETags that are known */
                "If-None-Match"?: string;
            };
            path: {
                /** @description Thing name in AWS IoT */
                deviceId: components["schemas"]["DeviceId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The twin, of the classic shadow */
            200: {
                headers: {
                    /** @description Strong validator */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Twin"];
                };
            };
            /** @description Not modified */
            304: {
                headers: {
                    /** @description Strong validator */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Something in the request is wrong; `errors` names it */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not signed in, or the session has ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The permission is missing */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing, or the caller may not know of it */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The request failed; the log says why */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description No function could take the request; ask again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
        };
    };
    setDesired: {
        parameters: {
            query?: {
                /** @description Seconds. What of these values the device has not confirmed by then is taken back, within about a minute. They stay desired without. */
                expiresIn?: number;
            };
            header?: {
                /** @description ETag of the version to change; any version without it */
                "If-Match"?: string;
            };
            path: {
                /** @description Thing name in AWS IoT */
                deviceId: components["schemas"]["DeviceId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/merge-patch+json": string;
                "application/json": components["schemas"]["DesiredPatch"];
            };
        };
        responses: {
            /** @description The twin as it is now */
            200: {
                headers: {
                    /** @description Strong validator */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Twin"];
                };
            };
            /** @description Something in the request is wrong; `errors` names it */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not signed in, or the session has ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The permission is missing */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing, or the caller may not know of it */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description There is no such thing in AWS IoT */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The version is another by now */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The shadow would be larger than AWS IoT takes */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The media type is not taken */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The request failed; the log says why */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description No function could take the request; ask again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
        };
    };
    listTwinHistory: {
        parameters: {
            query?: {
                /** @description Items a page */
                limit?: number;
                /** @description Cursor: `next` of the page before; with the same filters and order */
                next?: string;
                /** @description The earliest; ISO 8601 */
                from?: string;
                /** @description Ends before this; ISO 8601 */
                to?: string;
                /** @description By time: asc begins with the oldest, desc with the newest. desc unless given. */
                order?: "asc" | "desc";
            };
            header?: {
                /** @description ETags that are known */
                "If-None-Match"?: string;
            };
            path: {
                /** @description Thing name in AWS IoT */
                deviceId: components["schemas"]["DeviceId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of changes */
            200: {
                headers: {
                    /** @description Strong validator */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["TwinChange"][];
                        next?: string;
                    };
                };
            };
            /** @description Not modified */
            304: {
                headers: {
                    /** @description Strong validator */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Something in the request is wrong; `errors` names it */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not signed in, or the session has ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The permission is missing */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing, or the caller may not know of it */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The request failed; the log says why */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description No function could take the request; ask again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
        };
    };
    listShadows: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETags that are known */
                "If-None-Match"?: string;
            };
            path: {
                /** @description Thing name in AWS IoT */
                deviceId: components["schemas"]["DeviceId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All of them */
            200: {
                headers: {
                    /** @description Strong validator */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            shadowName: components["schemas"]["ShadowName"];
                        }[];
                    };
                };
            };
            /** @description Not modified */
            304: {
                headers: {
                    /** @description Strong validator */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Something in the request is wrong; `errors` names it */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not signed in, or the session has ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The permission is missing */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing, or the caller may not know of it */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The request failed; the log says why */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description No function could take the request; ask again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
        };
    };
    getShadow: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETags that are known */
                "If-None-Match"?: string;
            };
            path: {
                /** @description Thing name in AWS IoT */
                deviceId: components["schemas"]["DeviceId"];
                /** @description Name of a named shadow */
                shadowName: components["schemas"]["ShadowName"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The twin, of this shadow */
            200: {
                headers: {
                    /** @description Strong validator */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Twin"];
                };
            };
            /** @description Not modified */
            304: {
                headers: {
                    /** @description Strong validator */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Something in the request is wrong; `errors` names it */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not signed in, or the session has ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The permission is missing */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing, or the caller may not know of it */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The request failed; the log says why */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description No function could take the request; ask again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
        };
    };
    setShadowDesired: {
        parameters: {
            query?: {
                /** @description Seconds. What of these values the device has not confirmed by then is taken back, within about a minute. They stay desired without. */
                expiresIn?: number;
            };
            header?: {
                /** @description ETag of the version to change; any version without it */
                "If-Match"?: string;
            };
            path: {
                /** @description Thing name in AWS IoT */
                deviceId: components["schemas"]["DeviceId"];
                /** @description Name of a named shadow */
                shadowName: components["schemas"]["ShadowName"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/merge-patch+json": string;
                "application/json": components["schemas"]["DesiredPatch"];
            };
        };
        responses: {
            /** @description The twin as it is now */
            200: {
                headers: {
                    /** @description Strong validator */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Twin"];
                };
            };
            /** @description Something in the request is wrong; `errors` names it */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not signed in, or the session has ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The permission is missing */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing, or the caller may not know of it */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description There is no such thing in AWS IoT */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The version is another by now */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The shadow would be larger than AWS IoT takes */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The media type is not taken */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The request failed; the log says why */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description No function could take the request; ask again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
        };
    };
    listShadowHistory: {
        parameters: {
            query?: {
                /** @description Items a page */
                limit?: number;
                /** @description Cursor: `next` of the page before; with the same filters and order */
                next?: string;
                /** @description The earliest; ISO 8601 */
                from?: string;
                /** @description Ends before this; ISO 8601 */
                to?: string;
                /** @description By time: asc begins with the oldest, desc with the newest. desc unless given. */
                order?: "asc" | "desc";
            };
            header?: {
                /** @description ETags that are known */
                "If-None-Match"?: string;
            };
            path: {
                /** @description Thing name in AWS IoT */
                deviceId: components["schemas"]["DeviceId"];
                /** @description Name of a named shadow */
                shadowName: components["schemas"]["ShadowName"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of changes */
            200: {
                headers: {
                    /** @description Strong validator */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["TwinChange"][];
                        next?: string;
                    };
                };
            };
            /** @description Not modified */
            304: {
                headers: {
                    /** @description Strong validator */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Something in the request is wrong; `errors` names it */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not signed in, or the session has ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The permission is missing */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing, or the caller may not know of it */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description The request failed; the log says why */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description No function could take the request; ask again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
        };
    };
}
