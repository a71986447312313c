package files

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
)

// bucket keeps blobs as objects of an S3-compatible store: OSS, MinIO, S3. An object
// appears whole or not at all by the rules of these stores.
type bucket struct {
	client       *minio.Client
	name, prefix string
}

// Credentials give access to an object store.
type Credentials struct{ AccessKey, SecretKey string }

// Bucket uses the store at an address such as
// s3://bucket/prefix?endpoint=https://oss-cn-hangzhou.aliyuncs.com&region=cn-hangzhou.
func Bucket(address *url.URL, c Credentials) (Blobs, error) {
	endpoint, err := url.Parse(address.Query().Get("endpoint"))
	if err != nil || endpoint.Host == "" {
		return nil, fmt.Errorf("open object store: endpoint=https://… is missing in the address")
	}
	client, err := minio.New(endpoint.Host, &minio.Options{
		Creds: credentials.NewStaticV4(c.AccessKey, c.SecretKey, ""), Secure: endpoint.Scheme == "https",
		Region: address.Query().Get("region"),
	})
	if err != nil {
		return nil, fmt.Errorf("open object store: %w", err)
	}
	prefix := strings.Trim(address.Path, "/")
	if prefix != "" {
		prefix += "/"
	}
	return bucket{client, address.Host, prefix}, nil
}

func (b bucket) Write(ctx context.Context, name string, data []byte) error {
	_, err := b.client.PutObject(ctx, b.name, b.prefix+name, bytes.NewReader(data), int64(len(data)),
		minio.PutObjectOptions{ContentType: "application/octet-stream"})
	return err
}

func (b bucket) Read(ctx context.Context, name string) (data []byte, err error) {
	o, err := b.client.GetObject(ctx, b.name, b.prefix+name, minio.GetObjectOptions{})
	if err != nil {
		return nil, missing(err)
	}
	defer func() {
		if cerr := o.Close(); err == nil {
			err = cerr
		}
	}()
	data, err = io.ReadAll(o)
	return data, missing(err)
}

// missing turns the store's word for a missing object into ours.
func missing(err error) error {
	if err != nil && minio.ToErrorResponse(err).StatusCode == http.StatusNotFound {
		return fmt.Errorf("%w: %w", fs.ErrNotExist, err)
	}
	return err
}

func (b bucket) Remove(ctx context.Context, name string) error {
	return b.client.RemoveObject(ctx, b.name, b.prefix+name, minio.RemoveObjectOptions{})
}

func (b bucket) Each(ctx context.Context, fn func(name string, written time.Time) error) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	for o := range b.client.ListObjects(ctx, b.name, minio.ListObjectsOptions{Prefix: b.prefix, Recursive: true}) {
		if o.Err != nil {
			return o.Err
		}
		if err := fn(strings.TrimPrefix(o.Key, b.prefix), o.LastModified); err != nil {
			return err
		}
	}
	return nil
}
